import type { KeyObject } from "node:crypto";
import type { Clock } from "../../clock";
import { Problem } from "../../errors";
import { APP_STORAGE_PATH, type ObjectRef, type Permission } from "../app-served";
import { requireKey } from "../key";
import { requirePartNumber } from "../multipart-parts";
import type { SignedGet, SignedPart, SignedPut, SignedRequest, StorageClass } from "../storage";
import { createSignedQuery, deriveSigningKey, parsePermission } from "./signature";

type SignerSettings = { class: StorageClass; baseUrl: string; secret: string; clock: Clock };

/** Signs URLs that permit one request until they expire, and verifies them. */
export class LocalUrlSigner {
  readonly #settings: SignerSettings;
  readonly #key: KeyObject;

  constructor(settings: SignerSettings) {
    if (settings.secret.length < 32) throw new Error("The secret of local storage is too short.");
    this.#settings = settings;
    this.#key = deriveSigningKey(settings.secret);
  }

  signPut(key: string, { type, size, sha256, expiresIn }: SignedPut): SignedRequest {
    const expires = this.#expiry(expiresIn);
    const signedValues = { type, size, sha256 };
    const url = this.#signedUrl({ action: "put", ...this.#refTo(key), expires, signedValues });
    const headers = { "content-type": type, "x-amz-checksum-sha256": sha256, "if-none-match": "*" };
    return { method: "PUT", url, headers, expiresAt: new Date(expires * 1000) };
  }

  signPart(key: string, { number, size, sha256, multipartId, expiresIn }: SignedPart): SignedRequest {
    const expires = this.#expiry(expiresIn);
    const signedValues = { number: requirePartNumber(number), size, sha256, multipartId };
    const url = this.#signedUrl({ action: "part", ...this.#refTo(key), expires, signedValues });
    const headers = { "x-amz-checksum-sha256": sha256 };
    return { method: "PUT", url, headers, expiresAt: new Date(expires * 1000) };
  }

  signGet(key: string, { type, disposition, name, expiresIn }: SignedGet): string {
    const expires = this.#expiry(expiresIn);
    const signedValues = { type, disposition, name };
    return this.#signedUrl({ action: "get", ...this.#refTo(key), expires, signedValues });
  }

  /** Returns what the URL permits. Fails with `forbidden` if it is unsigned, changed or expired. */
  verify(method: "PUT" | "GET", key: string, query: URLSearchParams): Permission {
    const permission = parsePermission(this.#key, method, this.#refTo(key), query);
    if (!permission) throw new Problem("forbidden", "This URL has no valid signature.");
    if (permission.expires * 1000 <= this.#settings.clock.now().getTime())
      throw new Problem("forbidden", "This URL has expired. Please request a new one.");
    return permission;
  }

  #refTo(key: string): ObjectRef {
    return { class: this.#settings.class, key: requireKey(key) };
  }

  #expiry(expiresIn: number): number {
    return Math.floor(this.#settings.clock.now().getTime() / 1000) + expiresIn;
  }

  #signedUrl(permission: Permission): string {
    const { baseUrl } = this.#settings;
    const query = createSignedQuery(this.#key, permission);
    return `${baseUrl}${APP_STORAGE_PATH}${permission.class}/${permission.key}?${query}`;
  }
}

import type { KeyObject } from "node:crypto";
import type { Clock } from "../../clock";
import { Problem } from "../../errors";
import { requireKey } from "../key";
import { requirePartNumber } from "../multipart-parts";
import type { SignedGet, SignedPart, SignedPut, SignedRequest, StorageClass } from "../storage";
import { type Permission, parsePermission, createSignedQuery, deriveSigningKey } from "./signature";

type SignerSettings = { class: StorageClass; baseUrl: string; secret: string; clock: Clock };

/** Hands out addresses that permit one thing for a while, and knows them again. */
export class LocalUrlSigner {
  readonly #issuer: SignerSettings;
  readonly #key: KeyObject;

  constructor(issuer: SignerSettings) {
    if (issuer.secret.length < 32) throw new Error("The secret of local storage is too short.");
    this.#issuer = issuer;
    this.#key = deriveSigningKey(issuer.secret);
  }

  signPut(key: string, { type, size, sha256, expiresIn }: SignedPut): SignedRequest {
    const expires = this.#expiry(expiresIn);
    const url = this.#address({ action: "put", ...this.#at(key), expires, signedValues: { type, size, sha256 } });
    const headers = { "content-type": type, "x-amz-checksum-sha256": sha256, "if-none-match": "*" };
    return { method: "PUT", url, headers, expiresAt: new Date(expires * 1000) };
  }

  signPart(key: string, { number, size, sha256, multipartId, expiresIn }: SignedPart): SignedRequest {
    const expires = this.#expiry(expiresIn);
    const allow = { number: requirePartNumber(number), size, sha256, multipartId };
    const url = this.#address({ action: "part", ...this.#at(key), expires, signedValues: allow });
    const headers = { "x-amz-checksum-sha256": sha256 };
    return { method: "PUT", url, headers, expiresAt: new Date(expires * 1000) };
  }

  signGet(key: string, { type, disposition, name, expiresIn }: SignedGet): string {
    const expires = this.#expiry(expiresIn);
    return this.#address({ action: "get", ...this.#at(key), expires, signedValues: { type, disposition, name } });
  }

  /** What the request to this address may do now; fails with `forbidden` where that is nothing. */
  verify(method: "PUT" | "GET", key: string, query: URLSearchParams): Permission {
    const permission = parsePermission(this.#key, method, this.#at(key), query);
    if (!permission)
      throw new Problem("forbidden", "This address was not made here, or was changed on its way.");
    if (permission.expires * 1000 <= this.#issuer.clock.now().getTime())
      throw new Problem("forbidden", "This address is no longer valid. Please ask for a new one.");
    return permission;
  }

  #at(key: string): { class: StorageClass; key: string } {
    return { class: this.#issuer.class, key: requireKey(key) };
  }

  #expiry(expiresIn: number): number {
    return Math.floor(this.#issuer.clock.now().getTime() / 1000) + expiresIn;
  }

  #address(permission: Permission): string {
    const { baseUrl } = this.#issuer;
    return `${baseUrl}/api/storage/${permission.class}/${permission.key}?${createSignedQuery(this.#key, permission)}`;
  }
}

import { createHash } from "node:crypto";
import { constants } from "node:fs";
import { access, type FileHandle, mkdir, open, stat } from "node:fs/promises";
import { resolve } from "node:path";
import type { Readable } from "node:stream";
import type { Clock } from "../clock";
import { notFound, Problem } from "../errors";
import { checkKey, checkPrefix, pathOf } from "./key";
import { append, codeOf, copyTemp, diskProblem, place, removeFile, writeTemp } from "./local-files";
import { listFiles } from "./local-list";
import { type Permission, permissionOf, signedQuery, signingKey } from "./local-signature";
import type {
  Part,
  PutOptions,
  SignedGet,
  SignedPart,
  SignedPut,
  SignedRequest,
  Stat,
  Storage,
  StorageClass,
} from "./storage";

export type LocalSettings = {
  class: StorageClass;
  /** The objects lie below, each under its key; created when first written to. */
  folder: string;
  /** Where this application is reached, without a slash at the end. */
  baseUrl: string;
  /** Where a server or CDN of its own serves the public folder; the application itself where undefined. */
  mediaUrl?: string | undefined;
  /** At least 32 characters. */
  secret: string;
  clock: Clock;
};

/** Files of this machine, under the same rules as a bucket: signed, expiring, exact, and never overwritten. */
export function createLocalStorage(settings: LocalSettings): LocalStorage {
  return new LocalStorage(settings);
}

/** Null for any other driver. */
export function asLocal(storage: Storage): LocalStorage | null {
  return storage instanceof LocalStorage ? storage : null;
}

export class LocalStorage implements Storage {
  readonly class: StorageClass;
  readonly #folder: string;
  readonly #settings: LocalSettings;
  readonly #key: ReturnType<typeof signingKey>;
  #made: Promise<unknown> | undefined;

  constructor(settings: LocalSettings) {
    if (settings.secret.length < 32) throw new Error("The secret of local storage is too short.");
    this.class = settings.class;
    this.#folder = resolve(settings.folder);
    this.#settings = settings;
    this.#key = signingKey(settings.secret);
  }

  async put(key: string, body: Uint8Array | Readable, options: PutOptions): Promise<void> {
    await this.#write(key, body instanceof Uint8Array ? [body] : body, { size: options.size });
  }

  /** Takes in what a signed PUT carries: exactly these bytes, or nothing. Fails with `content_mismatch` or `conflict`. */
  async receive(
    key: string,
    body: AsyncIterable<Uint8Array>,
    expected: { size: number; sha256: string },
  ): Promise<void> {
    await this.#write(key, body, expected);
  }

  async stat(key: string): Promise<Stat | null> {
    const path = pathOf(this.#folder, key);
    try {
      const found = await stat(path);
      return found.isFile() ? { size: found.size, modifiedAt: found.mtime } : null;
    } catch (error) {
      if (isMissing(error)) return this.#missing();
      throw diskProblem(error);
    }
  }

  async read(key: string, range?: { start: number; end: number }): Promise<Readable> {
    const file = await this.open(key);
    return file.createReadStream({ ...range, highWaterMark: 256 * 1024 });
  }

  /** The open file; the caller closes it. Fails with `not_found`. */
  async open(key: string): Promise<FileHandle> {
    const path = pathOf(this.#folder, key);
    let file: FileHandle;
    try {
      file = await open(path, "r");
    } catch (error) {
      if (!isMissing(error)) throw diskProblem(error);
      await this.#missing();
      throw notFound();
    }
    const found = await file.stat();
    if (found.isFile()) return file;
    await file.close();
    throw notFound();
  }

  async copy(key: string, to: Storage, toKey: string): Promise<void> {
    if (!(to instanceof LocalStorage)) throw new Error("Local storage copies to local storage only.");
    const [source, target] = [pathOf(this.#folder, key), pathOf(to.#folder, toKey)];
    if (await to.stat(toKey)) throw conflict();
    const temp = await copyTemp(to.#folder, source).catch((error: unknown) => {
      throw isMissing(error) ? notFound() : diskProblem(error);
    });
    await place(to.#folder, temp, target);
  }

  async remove(key: string): Promise<void> {
    const path = pathOf(this.#folder, key);
    await removeFile(this.#folder, path).catch((error: unknown) => {
      if (!isMissing(error)) throw diskProblem(error);
    });
  }

  async removeAll(keys: readonly string[]): Promise<void> {
    for (const key of keys) await this.remove(key);
  }

  async beginParts(_key: string, _options: { type: string }): Promise<string> {
    throw new Error("Not there yet.");
  }

  async signPart(_key: string, _part: SignedPart): Promise<SignedRequest> {
    throw new Error("Not there yet.");
  }

  async listParts(_key: string, _multipartId: string): Promise<Part[] | null> {
    throw new Error("Not there yet.");
  }

  async completeParts(_key: string, _multipartId: string, _parts: readonly Part[]): Promise<void> {
    throw new Error("Not there yet.");
  }

  async abortParts(_key: string, _multipartId: string): Promise<void> {
    throw new Error("Not there yet.");
  }

  async *listUnfinished(
    _prefix: string,
  ): AsyncGenerator<{ key: string; multipartId: string; begunAt: Date }> {}

  async *list(prefix: string): AsyncGenerator<{ key: string; size: number; modifiedAt: Date }> {
    yield* listFiles({ folder: this.#folder, missing: () => this.#missing() }, checkPrefix(prefix));
  }

  async signPut(key: string, { type, size, sha256, expiresIn }: SignedPut): Promise<SignedRequest> {
    const expires = this.#expiry(expiresIn);
    const permission: Permission = {
      method: "PUT",
      class: this.class,
      key: checkKey(key),
      expires,
      allow: { type, size, sha256 },
    };
    return {
      method: "PUT",
      url: this.#address(key, permission),
      headers: { "content-type": type, "x-amz-checksum-sha256": sha256, "if-none-match": "*" },
      expiresAt: new Date(expires * 1000),
    };
  }

  async signGet(key: string, { type, disposition, name, expiresIn }: SignedGet): Promise<string> {
    const expires = this.#expiry(expiresIn);
    const allow = { type, disposition, name };
    return this.#address(key, { method: "GET", class: this.class, key: checkKey(key), expires, allow });
  }

  publicUrl(key: string): string {
    if (this.class !== "public") throw new Error("A private object has no public address.");
    const { baseUrl, mediaUrl } = this.#settings;
    return `${mediaUrl ?? `${baseUrl}/api/storage/public`}/${checkKey(key)}`;
  }

  async check(): Promise<void> {
    try {
      await mkdir(this.#folder, { recursive: true, mode: 0o700 });
      await access(this.#folder, constants.R_OK | constants.W_OK | constants.X_OK);
    } catch (error) {
      throw diskProblem(error);
    }
  }

  /** What the request to this address may do now; fails with `forbidden` where that is nothing. */
  permission(method: "PUT" | "GET", key: string, query: URLSearchParams): Permission {
    const permission = permissionOf(this.#key, method, { class: this.class, key }, query);
    if (!permission)
      throw new Problem("forbidden", "This address was not made here, or was changed on its way.");
    if (permission.expires * 1000 <= this.#settings.clock.now().getTime())
      throw new Problem("forbidden", "This address is no longer valid. Please ask for a new one.");
    return permission;
  }

  async #write(
    key: string,
    body: Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
    expected: { size: number; sha256?: string },
  ): Promise<void> {
    const path = pathOf(this.#folder, key);
    if (await this.stat(key)) throw conflict();
    const temp = await writeTemp(this.#folder, async (file) => {
      const hash = expected.sha256 === undefined ? undefined : createHash("sha256");
      let size = 0;
      for await (const chunk of body) {
        size += chunk.byteLength;
        if (size > expected.size) break;
        hash?.update(chunk);
        await append(file, chunk);
      }
      if (size !== expected.size)
        throw new Problem("content_mismatch", `The file does not have the ${expected.size} bytes announced.`);
      if (hash && hash.digest("base64") !== expected.sha256)
        throw new Problem("content_mismatch", "The bytes are not those that were announced.");
    });
    await place(this.#folder, temp, path);
  }

  /** Nothing there; but a root that has gone since, or cannot be entered, is not the same as an empty one. */
  async #missing(): Promise<null> {
    try {
      this.#made ??= mkdir(this.#folder, { recursive: true, mode: 0o700 });
      await this.#made;
      await access(this.#folder, constants.R_OK | constants.X_OK);
    } catch (error) {
      throw diskProblem(error);
    }
    return null;
  }

  #expiry(expiresIn: number): number {
    return Math.floor(this.#settings.clock.now().getTime() / 1000) + expiresIn;
  }

  #address(key: string, permission: Permission): string {
    return `${this.#settings.baseUrl}/api/storage/${this.class}/${key}?${signedQuery(this.#key, permission)}`;
  }
}

function isMissing(error: unknown): boolean {
  return codeOf(error) === "ENOENT" || codeOf(error) === "ENOTDIR";
}

function conflict(): Problem {
  return new Problem("conflict", "There is a file under this key already.");
}

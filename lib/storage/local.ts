import type { FileHandle } from "node:fs/promises";
import type { Readable } from "node:stream";
import type { Clock } from "../clock";
import { notFoundProblem } from "../errors";
import { cacheControlFor } from "./cache-control";
import { requireKey, requireKeyPrefix } from "./key";
import { conflictProblem, diskProblem, isNotFoundError, wrapDiskErrors } from "./local/errors";
import { moveIntoPlace, removeFiles } from "./local/files";
import { listFiles } from "./local/list";
import { LocalMultipartUploads } from "./local/multipart-uploads";
import { LocalUrlSigner } from "./local/url-signer";
import { LocalRoot } from "./local/root";
import type { Permission } from "./local/signature";
import { removeStaleTempFiles, copyToTempFile, writeTempFile } from "./local/temp-files";
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
  MultipartUpload,
} from "./storage";

export type LocalSettings = {
  class: StorageClass;
  /** The objects lie below, each under its key; created when first written to. */
  folder: string;
  /** Where this application is reached, without a slash at the end. */
  baseUrl: string;
  /** Where a server or CDN of its own serves the public folder; the application itself where undefined. */
  mediaUrl?: string | undefined;
  /** Caches that may keep public objects for long are told when one dies. */
  hasCdnPurge?: boolean | undefined;
  /** At least 32 characters. */
  secret: string;
  clock: Clock;
};

/** Files of this machine, under the same rules as a bucket: signed, expiring, exact, and never overwritten. */
export function createLocalStorage(settings: LocalSettings): LocalStorage {
  return new LocalStorage(settings);
}

/** Null for any other driver. */
export function asLocalStorage(storage: Storage): LocalStorage | null {
  return storage instanceof LocalStorage ? storage : null;
}

export class LocalStorage implements Storage {
  readonly class: StorageClass;
  /** What this storage's objects are served with. */
  readonly cacheControl: string;
  readonly #settings: LocalSettings;
  readonly #root: LocalRoot;
  readonly #parts: LocalMultipartUploads;
  readonly #permissions: LocalUrlSigner;

  constructor(settings: LocalSettings) {
    this.class = settings.class;
    this.cacheControl = cacheControlFor(settings.class, settings.hasCdnPurge === true);
    this.#settings = settings;
    this.#root = new LocalRoot(settings.folder);
    this.#parts = new LocalMultipartUploads(this.#root, settings.clock);
    this.#permissions = new LocalUrlSigner(settings);
  }

  async put(key: string, body: Uint8Array | Readable, { size }: PutOptions): Promise<void> {
    await this.#write(key, body instanceof Uint8Array ? [body] : body, { size });
  }

  /** Takes in what a signed PUT carries: exactly these bytes, or nothing. Fails with `content_mismatch` or `conflict`. */
  async receive(
    key: string,
    body: AsyncIterable<Uint8Array>,
    expected: { size: number; sha256: string },
  ): Promise<void> {
    await this.#write(key, body, expected);
  }

  /** The same for one part of an attempt. Fails with `content_mismatch`, or with `not_found` where the attempt is over. */
  receivePart(
    key: string,
    body: AsyncIterable<Uint8Array>,
    { multipartId, number, ...expected }: Omit<SignedPart, "expiresIn">,
  ): Promise<void> {
    return this.#parts.receivePart(key, multipartId, number, body, expected);
  }

  async stat(key: string): Promise<Stat | null> {
    const found = await this.#root.stat(key);
    return found && { size: found.size, modifiedAt: found.mtime };
  }

  async read(key: string, range?: { start: number; end: number }): Promise<Readable> {
    const file = await this.open(key);
    return file.createReadStream({ ...range, highWaterMark: 256 * 1024 });
  }

  async forEachChunk(key: string, take: (bytes: Buffer) => void): Promise<void> {
    const file = await this.open(key);
    const room = Buffer.allocUnsafeSlow(256 * 1024);
    try {
      for (;;) {
        const { bytesRead } = await wrapDiskErrors(file.read(room, 0, room.length));
        if (bytesRead === 0) return;
        take(room.subarray(0, bytesRead));
      }
    } finally {
      await file.close();
    }
  }

  /** The open file; the caller closes it. Fails with `not_found`. */
  open(key: string): Promise<FileHandle> {
    return this.#root.open(key);
  }

  async copy(key: string, to: Storage, toKey: string): Promise<void> {
    if (!(to instanceof LocalStorage)) throw new Error("Local storage copies to local storage only.");
    const [source, target] = [this.#root.path(key), to.#root.path(toKey)];
    if (await to.stat(toKey)) throw conflictProblem();
    const { folder } = to.#root;
    const temp = await copyToTempFile(folder, source).catch((error: unknown) => {
      throw isNotFoundError(error) ? notFoundProblem() : diskProblem(error);
    });
    await moveIntoPlace(folder, temp, target);
  }

  remove(key: string): Promise<void> {
    return this.removeMany([key]);
  }

  async removeMany(keys: readonly string[]): Promise<void> {
    const paths = keys.map((key) => this.#root.path(key));
    await removeFiles(this.#root.folder, paths);
  }

  async *list(prefix: string): AsyncGenerator<{ key: string; size: number; modifiedAt: Date }> {
    yield* listFiles(this.#root, requireKeyPrefix(prefix));
  }

  async createMultipartUpload(key: string, _options: { type: string }): Promise<string> {
    return this.#parts.create(key);
  }

  async listParts(key: string, multipartId: string): Promise<Part[] | null> {
    return this.#parts.listParts(key, multipartId);
  }

  async completeMultipartUpload(key: string, multipartId: string, parts: readonly Part[]): Promise<void> {
    await this.#parts.complete(key, multipartId, parts);
  }

  async abortMultipartUpload(key: string, multipartId: string): Promise<void> {
    await this.#parts.abort(key, multipartId);
  }

  listMultipartUploads(prefix: string): AsyncGenerator<MultipartUpload> {
    return this.#parts.listUploads(prefix);
  }

  removeStaleTempFiles(before: Date): Promise<void> {
    return removeStaleTempFiles(this.#root.folder, before);
  }

  async signPut(key: string, options: SignedPut): Promise<SignedRequest> {
    return this.#permissions.signPut(key, options);
  }

  async signPart(key: string, part: SignedPart): Promise<SignedRequest> {
    return this.#permissions.signPart(key, part);
  }

  async signGet(key: string, options: SignedGet): Promise<string> {
    return this.#permissions.signGet(key, options);
  }

  publicUrl(key: string): string {
    if (this.class !== "public") throw new Error("A private object has no public address.");
    const { baseUrl, mediaUrl } = this.#settings;
    return `${mediaUrl ?? `${baseUrl}/api/storage/public`}/${requireKey(key)}`;
  }

  checkHealth(): Promise<void> {
    return this.#root.checkAccess();
  }

  /** What the request to this address may do now; fails with `forbidden` where that is nothing. */
  verifyPermission(method: "PUT" | "GET", key: string, query: URLSearchParams): Permission {
    return this.#permissions.verify(method, key, query);
  }

  async #write(
    key: string,
    body: Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
    expected: { size: number; sha256?: string },
  ): Promise<void> {
    const path = this.#root.path(key);
    if (await this.stat(key)) throw conflictProblem();
    const temp = await writeTempFile(this.#root.folder, body, expected);
    await moveIntoPlace(this.#root.folder, temp, path);
  }
}

import { join } from "node:path";
import type { Readable } from "node:stream";
import type { Clock } from "../../clock";
import { notFoundProblem } from "../../errors";
import { APP_STORAGE_PATH, type AppServedStorage, type OpenedObject, type Permission } from "../app-served";
import { cacheControlFor } from "../cache-control";
import { fileToStream } from "../http-body";
import { requireKey, requireKeyPrefix } from "../key";
import type {
  ByteRange,
  ListedObject,
  MultipartUpload,
  Part,
  PutOptions,
  SignedGet,
  SignedPart,
  SignedPut,
  SignedRequest,
  Stat,
  Storage,
  StorageClass,
  Storages,
} from "../storage";
import { BodyAdmission } from "./body-admission";
import type { LocalStorageSettings } from "./driver";
import { conflictProblem, diskProblem, isNotFoundError, wrapDiskErrors } from "./errors";
import { moveIntoPlace, removeFiles } from "./files";
import { listFiles } from "./list";
import { LocalMultipartUploads } from "./multipart-uploads";
import { LocalRoot } from "./root";
import { copyToTempFile, removeStaleTempFiles, writeTempFile } from "./temp-files";
import { LocalUrlSigner } from "./url-signer";

const READ_BUFFER_SIZE = 256 * 1024;

export type LocalSettings = {
  class: StorageClass;
  /** Folder of the objects. The path of an object in it is its key. Created on the first write. */
  folder: string;
  /** URL of this application, without a slash at the end. */
  baseUrl: string;
  /** URL of a server or CDN that serves the public folder. Default: this application. */
  mediaUrl?: string | undefined;
  /** A purge hook removes deleted objects from the CDN, so the CDN may cache them for long. */
  hasCdnPurge?: boolean | undefined;
  /** Signs the URLs. At least 32 characters. */
  secret: string;
  clock: Clock;
};

/** Creates the storages of both classes, each in a folder of its own. */
export function createLocalStorages(settings: LocalStorageSettings, clock: Clock): Storages {
  const create = (storageClass: StorageClass) => {
    const folder = join(/* turbopackIgnore: true */ settings.folder, storageClass);
    return createLocalStorage({ ...settings, class: storageClass, folder, clock });
  };
  return { public: create("public"), private: create("private") };
}

export function createLocalStorage(settings: LocalSettings): LocalStorage {
  return new LocalStorage(settings);
}

/** Returns null if the storage has another driver. */
export function asLocalStorage(storage: Storage): LocalStorage | null {
  return storage instanceof LocalStorage ? storage : null;
}

/**
 * Stores objects as files of this machine, with the rules of a bucket: signed, exact, never
 * overwritten.
 */
export class LocalStorage implements AppServedStorage {
  readonly servedByApp = true;
  readonly class: StorageClass;
  readonly cacheControl: string;
  readonly #settings: LocalSettings;
  readonly #root: LocalRoot;
  readonly #admission: BodyAdmission;
  readonly #uploads: LocalMultipartUploads;
  readonly #urlSigner: LocalUrlSigner;

  constructor(settings: LocalSettings) {
    this.class = settings.class;
    this.cacheControl = cacheControlFor(settings.class, settings.hasCdnPurge === true);
    this.#settings = settings;
    this.#root = new LocalRoot(settings.folder);
    this.#admission = new BodyAdmission(() => this.#root.usableSpace());
    this.#uploads = new LocalMultipartUploads(this.#root, settings.clock);
    this.#urlSigner = new LocalUrlSigner(settings);
  }

  async put(key: string, body: Uint8Array | Readable, { size }: PutOptions): Promise<void> {
    await this.#write(key, body instanceof Uint8Array ? [body] : body, { size });
  }

  async receive(
    key: string,
    body: AsyncIterable<Uint8Array>,
    expected: { size: number; sha256: string },
  ): Promise<void> {
    await this.#admission.writeObject(key, expected.size, () => this.#write(key, body, expected));
  }

  async receivePart(
    key: string,
    body: AsyncIterable<Uint8Array>,
    { multipartId, number, ...expected }: Omit<SignedPart, "expiresIn">,
  ): Promise<void> {
    await this.#admission.writePart(key, number, expected.size, () =>
      this.#uploads.receivePart(key, multipartId, number, body, expected),
    );
  }

  async stat(key: string): Promise<Stat | null> {
    const stats = await this.#root.stat(key);
    return stats && { size: stats.size, modifiedAt: stats.mtime };
  }

  async read(key: string, range?: ByteRange): Promise<Readable> {
    const file = await this.#root.open(key);
    return file.createReadStream({ ...range, highWaterMark: READ_BUFFER_SIZE });
  }

  async forEachChunk(key: string, take: (bytes: Buffer) => void): Promise<void> {
    const file = await this.#root.open(key);
    const buffer = Buffer.allocUnsafeSlow(READ_BUFFER_SIZE);
    try {
      for (;;) {
        const { bytesRead } = await wrapDiskErrors(file.read(buffer, 0, buffer.length));
        if (bytesRead === 0) return;
        take(buffer.subarray(0, bytesRead));
      }
    } finally {
      await file.close();
    }
  }

  async openObject(key: string): Promise<OpenedObject> {
    const file = await this.#root.open(key);
    try {
      const { size, ino, mtime, mtimeMs } = await file.stat();
      // The bytes at a key never change, but an administrator can delete and restore a file.
      const etag = `"${size.toString(36)}-${ino.toString(36)}-${Math.trunc(mtimeMs).toString(36)}"`;
      return {
        size,
        modifiedAt: mtime,
        etag,
        toStream: ({ start, end }) => fileToStream(file, start, end),
        close: () => file.close(),
      };
    } catch (error) {
      await file.close();
      throw error;
    }
  }

  async copy(key: string, to: Storage, toKey: string): Promise<void> {
    if (!(to instanceof LocalStorage)) throw new Error("Local storage copies only to local storage.");
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

  async *list(prefix: string): AsyncGenerator<ListedObject> {
    yield* listFiles(this.#root, requireKeyPrefix(prefix));
  }

  async createMultipartUpload(key: string, _options: { type: string }): Promise<string> {
    return this.#uploads.create(key);
  }

  async listParts(key: string, multipartId: string): Promise<Part[] | null> {
    return this.#uploads.listParts(key, multipartId);
  }

  async completeMultipartUpload(key: string, multipartId: string, parts: readonly Part[]): Promise<void> {
    await this.#uploads.complete(key, multipartId, parts);
  }

  async abortMultipartUpload(key: string, multipartId: string): Promise<void> {
    await this.#uploads.abort(key, multipartId);
  }

  listMultipartUploads(prefix: string): AsyncGenerator<MultipartUpload> {
    return this.#uploads.listUploads(prefix);
  }

  removeStaleTempFiles(before: Date): Promise<void> {
    return removeStaleTempFiles(this.#root.folder, before);
  }

  async signPut(key: string, options: SignedPut): Promise<SignedRequest> {
    return this.#urlSigner.signPut(key, options);
  }

  async signPart(key: string, part: SignedPart): Promise<SignedRequest> {
    return this.#urlSigner.signPart(key, part);
  }

  async signGet(key: string, options: SignedGet): Promise<string> {
    return this.#urlSigner.signGet(key, options);
  }

  publicUrl(key: string): string {
    if (this.class !== "public") throw new Error("A private object has no public URL.");
    const { baseUrl, mediaUrl } = this.#settings;
    return `${mediaUrl ?? `${baseUrl}${APP_STORAGE_PATH}public`}/${requireKey(key)}`;
  }

  checkHealth(): Promise<void> {
    return this.#root.checkAccess();
  }

  verifyPermission(method: "PUT" | "GET", key: string, query: URLSearchParams): Permission {
    return this.#urlSigner.verify(method, key, query);
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

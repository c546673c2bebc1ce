import type { FileHandle } from "node:fs/promises";
import type { Readable } from "node:stream";
import type { Clock } from "../clock";
import { notFound } from "../errors";
import { cacheControlOf } from "./cache-control";
import { checkKey, checkPrefix } from "./key";
import { conflict, diskProblem, isMissing, onDisk } from "./local/errors";
import { place, removeFiles } from "./local/files";
import { listFiles } from "./local/list";
import { LocalParts } from "./local/parts";
import { LocalPermissions } from "./local/permissions";
import { LocalRoot } from "./local/root";
import type { Permission } from "./local/signature";
import { clearTemps, copyTemp, writeTemp } from "./local/temps";
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
  Unfinished,
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
  purged?: boolean | undefined;
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
  /** What this storage's objects are served with. */
  readonly cacheControl: string;
  readonly #settings: LocalSettings;
  readonly #root: LocalRoot;
  readonly #parts: LocalParts;
  readonly #permissions: LocalPermissions;

  constructor(settings: LocalSettings) {
    this.class = settings.class;
    this.cacheControl = cacheControlOf(settings.class, settings.purged === true);
    this.#settings = settings;
    this.#root = new LocalRoot(settings.folder);
    this.#parts = new LocalParts(this.#root, settings.clock);
    this.#permissions = new LocalPermissions(settings);
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
    return this.#parts.receive(key, multipartId, number, body, expected);
  }

  async stat(key: string): Promise<Stat | null> {
    const found = await this.#root.stat(key);
    return found && { size: found.size, modifiedAt: found.mtime };
  }

  async read(key: string, range?: { start: number; end: number }): Promise<Readable> {
    const file = await this.open(key);
    return file.createReadStream({ ...range, highWaterMark: 256 * 1024 });
  }

  async drain(key: string, take: (bytes: Buffer) => void): Promise<void> {
    const file = await this.open(key);
    const room = Buffer.allocUnsafeSlow(256 * 1024);
    try {
      for (;;) {
        const { bytesRead } = await onDisk(file.read(room, 0, room.length));
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
    if (await to.stat(toKey)) throw conflict();
    const { folder } = to.#root;
    const temp = await copyTemp(folder, source).catch((error: unknown) => {
      throw isMissing(error) ? notFound() : diskProblem(error);
    });
    await place(folder, temp, target);
  }

  remove(key: string): Promise<void> {
    return this.removeAll([key]);
  }

  async removeAll(keys: readonly string[]): Promise<void> {
    const paths = keys.map((key) => this.#root.path(key));
    await removeFiles(this.#root.folder, paths);
  }

  async *list(prefix: string): AsyncGenerator<{ key: string; size: number; modifiedAt: Date }> {
    yield* listFiles(this.#root, checkPrefix(prefix));
  }

  async beginParts(key: string, _options: { type: string }): Promise<string> {
    return this.#parts.begin(key);
  }

  async listParts(key: string, multipartId: string): Promise<Part[] | null> {
    return this.#parts.list(key, multipartId);
  }

  async completeParts(key: string, multipartId: string, parts: readonly Part[]): Promise<void> {
    await this.#parts.complete(key, multipartId, parts);
  }

  async abortParts(key: string, multipartId: string): Promise<void> {
    await this.#parts.abort(key, multipartId);
  }

  listUnfinished(prefix: string): AsyncGenerator<Unfinished> {
    return this.#parts.unfinished(prefix);
  }

  clearScratch(before: Date): Promise<void> {
    return clearTemps(this.#root.folder, before);
  }

  async signPut(key: string, options: SignedPut): Promise<SignedRequest> {
    return this.#permissions.put(key, options);
  }

  async signPart(key: string, part: SignedPart): Promise<SignedRequest> {
    return this.#permissions.part(key, part);
  }

  async signGet(key: string, options: SignedGet): Promise<string> {
    return this.#permissions.get(key, options);
  }

  publicUrl(key: string): string {
    if (this.class !== "public") throw new Error("A private object has no public address.");
    const { baseUrl, mediaUrl } = this.#settings;
    return `${mediaUrl ?? `${baseUrl}/api/storage/public`}/${checkKey(key)}`;
  }

  check(): Promise<void> {
    return this.#root.check();
  }

  /** What the request to this address may do now; fails with `forbidden` where that is nothing. */
  permission(method: "PUT" | "GET", key: string, query: URLSearchParams): Permission {
    return this.#permissions.of(method, key, query);
  }

  async #write(
    key: string,
    body: Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
    expected: { size: number; sha256?: string },
  ): Promise<void> {
    const path = this.#root.path(key);
    if (await this.stat(key)) throw conflict();
    const temp = await writeTemp(this.#root.folder, body, expected);
    await place(this.#root.folder, temp, path);
  }
}

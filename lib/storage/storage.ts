import type { Readable } from "node:stream";

/** A storage class: what the bytes are for, and so which bucket or folder they lie in. */
export type StorageClass = "public" | "private";

/** What the store says about an object. */
export type Stat = {
  /** Bytes. */
  size: number;
  /** Standard base64, where the store itself computed the SHA-256 of the whole object and vouches for it; else undefined. */
  sha256?: string;
  modifiedAt: Date;
};

/**
 * A request that the holder may send as it stands, `headers` and all. Content-Length is signed as well, but not among the headers: browsers set
 * it themselves and let nobody else.
 */
export type SignedRequest = {
  method: "PUT";
  url: string;
  headers: Record<string, string>;
  /** When the permission ends: earlier than asked for where the credentials that signed it end earlier. */
  expiresAt: Date;
};

export type PutOptions = {
  /** Media type that the object is served with. */
  type: string;
  /** Bytes that `body` has. */
  size: number;
};

export type SignedPut = {
  type: string;
  /** Exact number of bytes. */
  size: number;
  /** Standard base64 of the SHA-256. */
  sha256: string;
  /** Seconds. */
  expiresIn: number;
};

/** One of the parts that an object is sent in, counted from 1. Size in bytes. */
export type Part = { number: number; size: number };

/** An attempt to send an object in parts that has not come to an end. */
export type MultipartUpload = { key: string; multipartId: string; initiatedAt: Date };

export type SignedPart = Part & {
  multipartId: string;
  /** Standard base64 of the part's SHA-256. */
  sha256: string;
  /** Seconds. */
  expiresIn: number;
};

export type SignedGet = {
  /** Media type of the answer; the stored one is not trusted. */
  type: string;
  /** Shown in the browser, or saved under `name` (RFC 6266, any script). */
  disposition: "inline" | "attachment";
  name: string;
  /** Seconds. */
  expiresIn: number;
};

/**
 * A place for the bytes of one storage class. Keys are ours: `[a-z0-9/._-]`, no segment that starts with a dot, at most 512 characters; any other is a
 * programming error and throws; so is a segment over 255. Nothing is ever overwritten: `put`, `copy` and a signed PUT create, or fail with `conflict`.
 *
 * Every method fails with `Problem("unavailable")` where the store cannot be reached, refuses us or answers nonsense: "forbidden" is never
 * taken for "not there". An answer, retries included, comes within 5 seconds for everything but the moving of bytes.
 */
export interface Storage {
  readonly class: StorageClass;
  /** Writes a new object; durable when the promise resolves. */
  put(key: string, body: Uint8Array | Readable, options: PutOptions): Promise<void>;
  /** Null where there is no such object. */
  stat(key: string): Promise<Stat | null>;
  /** The bytes, or those of `range` (inclusive offsets). Fails with `not_found`. */
  read(key: string, range?: { start: number; end: number }): Promise<Readable>;
  /**
   * Hands every byte to `take`, in order, for a fraction of what `read` costs: in a buffer that is filled anew after it, so whoever keeps bytes
   * copies them. What `take` throws ends it. Fails with `not_found`.
   */
  forEachChunk(key: string, take: (bytes: Buffer) => void): Promise<void>;
  /**
   * A new object in `to` (this storage or another of the same driver) with the bytes of `key`; `not_found` where there are none. `size`: how many bytes
   * there are as far as is known, which says how long it may take.
   */
  copy(key: string, to: Storage, toKey: string, options: PutOptions): Promise<void>;
  /** Removes the object; fine where there is none. */
  remove(key: string): Promise<void>;
  /** Removes many; fine where some are not there. Fails where a single one could not be removed. */
  removeMany(keys: readonly string[]): Promise<void>;
  /** Every object whose key starts with `prefix`, in ascending byte order of keys. */
  list(prefix: string): AsyncGenerator<{ key: string; size: number; modifiedAt: Date }>;
  /** Permission for one direct upload. Makes no call to the store. */
  signPut(key: string, options: SignedPut): Promise<SignedRequest>;
  /** Begins an object that is sent in parts, and says what the store calls this attempt. Nothing is at `key` before `completeParts`. */
  createMultipartUpload(key: string, options: { type: string }): Promise<string>;
  /** Permission for one part; sent again, a part replaces itself. Makes no call to the store. */
  signPart(key: string, part: SignedPart): Promise<SignedRequest>;
  /** The parts that have arrived, by number; null where the store knows no such attempt: completed, aborted, or never begun. */
  listParts(key: string, multipartId: string): Promise<Part[] | null>;
  /**
   * Makes the object of exactly these parts, in this order; every one but the last has 5 MiB or more. Fails with `not_uploaded` where one is missing,
   * has another size or is not among them, and with `not_found` where there is no such attempt (any more): whoever is told so after an `unavailable`
   * looks whether the object is there.
   */
  completeMultipartUpload(key: string, multipartId: string, parts: readonly Part[]): Promise<void>;
  /** Throws away what has arrived; fine where there is no such attempt. */
  abortMultipartUpload(key: string, multipartId: string): Promise<void>;
  /** Attempts neither completed nor aborted whose key starts with `prefix`. */
  listMultipartUploads(prefix: string): AsyncGenerator<MultipartUpload>;
  /** Removes what writers that are no more have left half-written beside the objects, untouched since `before`. Stores keep nothing of the kind. */
  removeStaleTempFiles(before: Date): Promise<void>;
  /** Permission for one direct read. Makes no call to the store. */
  signGet(key: string, options: SignedGet): Promise<string>;
  /** Address under which anybody may read `key`. Throws for a private storage. */
  publicUrl(key: string): string;
  /** Resolves where the store answers and knows this bucket or folder; for `/api/health`. */
  checkHealth(): Promise<void>;
}

export type Storages = Record<StorageClass, Storage>;

import type { Readable } from "node:stream";

/**
 * The storage of files: objects (bytes) under keys, in one of two classes. This file is the
 * interface. `local/` and `s3/` implement it, `drivers.ts` lists the implementations, and
 * `testing/contract/` is the test suite that each implementation passes.
 */

/**
 * A storage class. Anyone may read a public object at its URL. A private object needs a signed
 * URL. Each class has a bucket or folder of its own.
 */
export type StorageClass = "public" | "private";

export type Storages = Record<StorageClass, Storage>;

/** The properties of an object, as the store reports them. */
export type Stat = {
  /** Bytes. */
  size: number;
  /** SHA-256 of the whole object in base64, if the store computed it. */
  sha256?: string;
  modifiedAt: Date;
};

export type ListedObject = { key: string; size: number; modifiedAt: Date };

/** Inclusive offsets in bytes. */
export type ByteRange = { start: number; end: number };

export type PutOptions = {
  /** Media type that the store serves the object with. */
  type: string;
  /** Bytes of the body. */
  size: number;
};

/**
 * A request that a browser may send once it has added the body. All `headers` are signed, and so
 * is Content-Length, which browsers set themselves.
 */
export type SignedRequest = {
  method: "PUT";
  url: string;
  headers: Record<string, string>;
  /** Earlier than requested if the signing credentials expire earlier. */
  expiresAt: Date;
};

/** The content that a signed PUT accepts. */
export type SignedPut = {
  /** Media type. */
  type: string;
  /** Exact number of bytes. */
  size: number;
  /** SHA-256 of the bytes in base64. */
  sha256: string;
  /** Seconds. */
  expiresIn: number;
};

/** One part of a multipart upload. Numbers start at 1, sizes are in bytes. */
export type Part = { number: number; size: number };

/** A multipart upload that is neither completed nor aborted. */
export type MultipartUpload = { key: string; multipartId: string; initiatedAt: Date };

/** The content that a signed PUT of one part accepts. */
export type SignedPart = Part & {
  multipartId: string;
  /** SHA-256 of the part in base64. */
  sha256: string;
  /** Seconds. */
  expiresIn: number;
};

/** The response that a signed GET produces. */
export type SignedGet = {
  /** Media type of the response, instead of the type that is stored with the object. */
  type: string;
  /** `inline` shows the file in the browser; `attachment` saves it. */
  disposition: "inline" | "attachment";
  /** File name, in any script (RFC 6266). */
  name: string;
  /** Seconds. */
  expiresIn: number;
};

/**
 * The objects of one storage class.
 *
 * Keys: the application creates them, without user input. A key has segments of `[a-z0-9._-]`
 * that are joined by `/`; no segment starts with a dot or has more than 255 characters, and a key
 * has at most 512. Every method throws a plain error for any other key, because it is a bug.
 *
 * Writes: nothing is ever overwritten. `put`, `copy`, a signed PUT and the completion of a
 * multipart upload create an object or fail with `conflict`.
 *
 * Failures: every method fails with `Problem("unavailable")` if the store is unreachable, rejects
 * our credentials or sends an unexpected response. "Forbidden" never counts as "not found". Except
 * for the transfer of bytes, a call takes at most 5 seconds, retries included.
 */
export interface Storage {
  readonly class: StorageClass;

  /** Writes a new object. It is durable when the promise resolves. */
  put(key: string, body: Uint8Array | Readable, options: PutOptions): Promise<void>;

  /** Returns null if no object exists. */
  stat(key: string): Promise<Stat | null>;

  /**
   * Reads the object, or a range that ends with the object at the latest. Fails with `not_found`.
   */
  read(key: string, range?: ByteRange): Promise<Readable>;

  /**
   * Passes all bytes to `take` in order, for a fraction of the CPU time of `read`. The buffer is
   * reused after each call, so `take` must copy what it keeps. Fails with `not_found`, or with
   * what `take` throws.
   */
  forEachChunk(key: string, take: (bytes: Buffer) => void): Promise<void>;

  /**
   * Copies the object to `toKey` in `to`, which has the same driver. `options.size` is the expected
   * size and sets the timeout. Fails with `not_found`.
   */
  copy(key: string, to: Storage, toKey: string, options: PutOptions): Promise<void>;

  /** Deletes the object. Succeeds if none exists. */
  remove(key: string): Promise<void>;

  /** Deletes all these objects. Succeeds if some do not exist; fails if one cannot be deleted. */
  removeMany(keys: readonly string[]): Promise<void>;

  /** Lists the objects whose key starts with `prefix`, in ascending byte order of the keys. */
  list(prefix: string): AsyncGenerator<ListedObject>;

  /** Signs a PUT for one object. Sends no request to the store. */
  signPut(key: string, options: SignedPut): Promise<SignedRequest>;

  /** Creates a multipart upload and returns its id. No object exists at `key` until completion. */
  createMultipartUpload(key: string, options: { type: string }): Promise<string>;

  /**
   * Signs a PUT for one part. A second PUT of the same part replaces the first. Sends no request
   * to the store.
   */
  signPart(key: string, part: SignedPart): Promise<SignedRequest>;

  /**
   * Lists the received parts by number. Returns null if the upload is completed, aborted or
   * unknown.
   */
  listParts(key: string, multipartId: string): Promise<Part[] | null>;

  /**
   * Creates the object from exactly these parts, in this order. All parts but the last have at
   * least 5 MiB. Fails with `not_uploaded` if a part is missing, has another size or is not
   * listed here. Fails with `not_found` if the upload no longer exists. After `unavailable`, a
   * retry may fail with `not_found`: the caller then checks whether the object exists.
   */
  completeMultipartUpload(key: string, multipartId: string, parts: readonly Part[]): Promise<void>;

  /** Deletes the received parts. Succeeds if no such upload exists. */
  abortMultipartUpload(key: string, multipartId: string): Promise<void>;

  /** Lists the unfinished multipart uploads whose key starts with `prefix`. */
  listMultipartUploads(prefix: string): AsyncGenerator<MultipartUpload>;

  /**
   * Deletes temporary files that crashed processes left and that were last written before
   * `before`. Does nothing for stores that have no temporary files.
   */
  removeStaleTempFiles(before: Date): Promise<void>;

  /** Signs a GET for one object. Sends no request to the store. */
  signGet(key: string, options: SignedGet): Promise<string>;

  /** Returns the URL at which anyone may read `key`. Throws for a private storage. */
  publicUrl(key: string): string;

  /** Fails with `unavailable` if the bucket or folder cannot be used. `/api/health` calls it. */
  checkHealth(): Promise<void>;
}

import { Readable } from "node:stream";
import type { Clock } from "../../clock";
import { formatContentDisposition } from "../content-disposition";
import { requireKey } from "../key";
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
import { wrongLengthProblem } from "../stream-checks";
import { S3Bucket, type S3Settings } from "./bucket";
import { callStore } from "./client";
import { copyObject } from "./copy";
import { cacheCredentials } from "./credentials";
import type { S3StorageSettings } from "./driver";
import { errorNameOf, httpStatusOf, invalidResponse, toStoreProblem } from "./errors";
import { listObjects, listObjectsPage } from "./list";
import * as multipart from "./multipart";
import { removeObject, removeObjects } from "./remove-objects";
import { readOverSocket } from "./socket-read";
import { parseStat } from "./stat";
import { receiveStream, sendBytes, sendStream } from "./transfer";

/** Bytes per millisecond that every store is expected to accept. Sets the timeout of a write. */
const MIN_PUT_RATE = 1024;

/** Creates the storages of both classes, each in a bucket of its own. */
export function createS3Storages(settings: S3StorageSettings, clock: Clock): Storages {
  const { credentials: source, buckets } = settings;
  // Both storages share one fetch of temporary credentials.
  const credentials = typeof source === "function" ? cacheCredentials(source, clock) : source;
  const create = (storageClass: StorageClass) =>
    createS3Storage({ ...settings, credentials, class: storageClass, bucket: buckets[storageClass], clock });
  return { public: create("public"), private: create("private") };
}

/** Creates the storage of one bucket. Signing sends no request and does not load the S3 client. */
export function createS3Storage(settings: S3Settings): Storage {
  return new S3Storage(settings);
}

class S3Storage implements Storage {
  readonly class: StorageClass;
  readonly #mediaUrl: string | undefined;
  readonly #bucket: S3Bucket;

  constructor(settings: S3Settings) {
    this.class = settings.class;
    this.#mediaUrl = settings.mediaUrl;
    this.#bucket = new S3Bucket(settings);
  }

  async put(key: string, body: Uint8Array | Readable, { type, size }: PutOptions): Promise<void> {
    const input = {
      ...this.#bucket.locate(key),
      ...this.#bucket.objectHeaders(type),
      ContentLength: size,
      IfNoneMatch: "*",
    };
    if (!(body instanceof Uint8Array)) return sendStream(this.#bucket, input, body, size);
    if (body.byteLength !== size) throw wrongLengthProblem(size);
    await callStore(
      (signal) => sendBytes(this.#bucket, { ...input, Body: body }, signal),
      size / MIN_PUT_RATE,
    );
  }

  async stat(key: string): Promise<Stat | null> {
    const object = this.#bucket.locate(key);
    return callStore(async (signal) => {
      const head = await this.#bucket.head(object, signal);
      if (head) return parseStat(head);
      // A 404 to HEAD has no body that tells a missing object from a missing bucket; GET has one.
      const { sdk, client } = await this.#bucket.connect();
      try {
        const command = new sdk.GetObjectCommand({ ...object, Range: "bytes=0-0" });
        const { Body } = await client.send(command, { abortSignal: signal });
        if (Body instanceof Readable) Body.destroy();
      } catch (error) {
        if (toStoreProblem(error).code === "not_found") return null;
        throw error;
      }
      const secondHead = await this.#bucket.head(object, signal);
      return secondHead ? parseStat(secondHead) : null;
    });
  }

  read(key: string, range?: ByteRange): Promise<Readable> {
    return this.#read(key, range);
  }

  async forEachChunk(key: string, take: (bytes: Buffer) => void): Promise<void> {
    const startedAt = performance.now();
    const query = { "x-id": "GetObject" };
    const { url } = await this.#bucket.presign("GET", key, { expiresIn: 60, query, forServer: true });
    if (await readOverSocket(new URL(url), take)) return;
    const elapsedMs = performance.now() - startedAt;
    for await (const bytes of await this.#read(key, undefined, elapsedMs)) take(bytes);
  }

  /** `elapsedMs` is what an earlier attempt at the same read has already taken of the timeout. */
  async #read(key: string, range: ByteRange | undefined, elapsedMs = 0): Promise<Readable> {
    const object = this.#bucket.locate(key);
    const Range = range ? `bytes=${range.start}-${range.end}` : undefined;
    return callStore(async (signal) => {
      const { sdk, client } = await this.#bucket.connect();
      const output = await client
        .send(new sdk.GetObjectCommand({ ...object, Range }), { abortSignal: signal })
        .catch((error: unknown) => {
          if (range && httpStatusOf(error) === 416 && errorNameOf(error) === "InvalidRange") return null;
          throw error;
        });
      if (!output) return Readable.from([]);
      const { Body, ContentLength, ContentRange, ETag } = output;
      if (!(Body instanceof Readable)) throw invalidResponse("no body");
      const isObject = ETag !== undefined && ContentLength !== undefined;
      if (!isObject || (range && !ContentRange?.startsWith(`bytes ${range.start}-`))) {
        Body.destroy();
        throw invalidResponse("not the requested bytes");
      }
      return receiveStream(Body, ContentLength);
    }, -elapsedMs);
  }

  async copy(key: string, to: Storage, toKey: string, { type, size }: PutOptions): Promise<void> {
    if (!(to instanceof S3Storage)) throw new Error("S3 storage copies only to S3 storage.");
    const target = { ...to.#bucket.locate(toKey), ...to.#bucket.objectHeaders(type) };
    await copyObject(this.#bucket.locate(key), size, to.#bucket, target);
  }

  remove(key: string): Promise<void> {
    return removeObject(this.#bucket, key);
  }

  removeMany(keys: readonly string[]): Promise<void> {
    return removeObjects(this.#bucket, keys);
  }

  list(prefix: string): AsyncGenerator<ListedObject> {
    return listObjects(this.#bucket, prefix);
  }

  createMultipartUpload(key: string, { type }: { type: string }): Promise<string> {
    return multipart.createMultipartUpload(this.#bucket, key, type);
  }

  signPart(key: string, part: SignedPart): Promise<SignedRequest> {
    return multipart.signPart(this.#bucket, key, part);
  }

  listParts(key: string, multipartId: string): Promise<Part[] | null> {
    return multipart.listParts(this.#bucket, key, multipartId);
  }

  completeMultipartUpload(key: string, multipartId: string, parts: readonly Part[]): Promise<void> {
    return multipart.completeMultipartUpload(this.#bucket, key, multipartId, parts);
  }

  abortMultipartUpload(key: string, multipartId: string): Promise<void> {
    return multipart.abortMultipartUpload(this.#bucket, key, multipartId);
  }

  listMultipartUploads(prefix: string): AsyncGenerator<MultipartUpload> {
    return multipart.listMultipartUploads(this.#bucket, prefix);
  }

  async removeStaleTempFiles(): Promise<void> {}

  async signPut(key: string, { type, size, sha256, expiresIn }: SignedPut): Promise<SignedRequest> {
    const headers = {
      "content-type": type,
      "x-amz-checksum-sha256": sha256,
      // Without this header some stores do not compare the checksum (Ceph 20).
      "x-amz-sdk-checksum-algorithm": "SHA256",
      "if-none-match": "*",
    };
    const { url, expiresAt } = await this.#bucket.presign("PUT", key, {
      expiresIn,
      query: { "x-id": "PutObject" },
      headers: { ...headers, "content-length": String(size) },
    });
    return { method: "PUT", url, headers, expiresAt };
  }

  async signGet(key: string, { type, disposition, name, expiresIn }: SignedGet): Promise<string> {
    const query = {
      "response-cache-control": "private, no-store",
      "response-content-disposition": formatContentDisposition(disposition, name),
      "response-content-type": type,
      "x-id": "GetObject",
    };
    return (await this.#bucket.presign("GET", key, { expiresIn, query })).url;
  }

  publicUrl(key: string): string {
    if (this.class !== "public") throw new Error("A private object has no public URL.");
    return `${this.#mediaUrl ?? this.#bucket.url}/${requireKey(key)}`;
  }

  async checkHealth(): Promise<void> {
    // Sends a list request instead of HeadBucket, whose empty 200 any server could send.
    await listObjectsPage(this.#bucket, { MaxKeys: 1 });
    await callStore((signal) => this.#bucket.checkClock(signal));
  }
}

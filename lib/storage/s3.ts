import { Readable } from "node:stream";
import { formatContentDisposition } from "./content-disposition";
import { wrongLengthProblem } from "./stream-checks";
import { requireKey } from "./key";
import { S3Bucket, type S3Settings } from "./s3/bucket";
import { callStore } from "./s3/client";
import { copyObject } from "./s3/copy";
import { readOverSocket } from "./s3/socket-read";
import { errorNameOf, invalidResponse, httpStatusOf, toStoreProblem } from "./s3/errors";
import { listObjects, listObjectsPage } from "./s3/list";
import * as parts from "./s3/multipart";
import { removeObject, removeObjects } from "./s3/remove-objects";
import { parseStat } from "./s3/stat";
import { receiveStream, sendBytes, sendStream } from "./s3/transfer";
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

/** Bytes per millisecond that any store is expected to take in, for the time that a whole body may take. */
const MIN_PUT_RATE = 1024;

/** A bucket of S3, or of a store that speaks it. Signing makes no call and loads no SDK. */
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
    await callStore((signal) => sendBytes(this.#bucket, { ...input, Body: body }, signal), size / MIN_PUT_RATE);
  }

  async stat(key: string): Promise<Stat | null> {
    const at = this.#bucket.locate(key);
    return callStore(async (signal) => {
      const head = await this.#bucket.head(at, signal);
      if (head) return parseStat(head);
      // HEAD has no body to tell a missing object from a missing bucket; GET has.
      const { sdk, client } = await this.#bucket.connect();
      try {
        const found = await client.send(new sdk.GetObjectCommand({ ...at, Range: "bytes=0-0" }), {
          abortSignal: signal,
        });
        if (found.Body instanceof Readable) found.Body.destroy();
      } catch (error) {
        if (toStoreProblem(error).code === "not_found") return null;
        throw error;
      }
      const second = await this.#bucket.head(at, signal);
      return second ? parseStat(second) : null;
    });
  }

  read(key: string, range?: { start: number; end: number }): Promise<Readable> {
    return this.#read(key, range);
  }

  async forEachChunk(key: string, take: (bytes: Buffer) => void): Promise<void> {
    const begun = performance.now();
    const query = { "x-id": "GetObject" };
    const { url } = await this.#bucket.presign("GET", key, { expiresIn: 60, query, own: true });
    if (await readOverSocket(new URL(url), take)) return;
    const taken = performance.now() - begun;
    for await (const bytes of await this.#read(key, undefined, taken)) take(bytes);
  }

  /** `taken`: milliseconds of the store's time that have gone into the same question already. */
  async #read(key: string, range: { start: number; end: number } | undefined, taken = 0): Promise<Readable> {
    const at = this.#bucket.locate(key);
    const Range = range ? `bytes=${range.start}-${range.end}` : undefined;
    return callStore(async (signal) => {
      const { sdk, client } = await this.#bucket.connect();
      const answer = await client
        .send(new sdk.GetObjectCommand({ ...at, Range }), { abortSignal: signal })
        .catch((error: unknown) => {
          if (range && httpStatusOf(error) === 416 && errorNameOf(error) === "InvalidRange") return null;
          throw error;
        });
      if (!answer) return Readable.from([]);
      const { Body, ContentLength, ContentRange, ETag } = answer;
      if (!(Body instanceof Readable)) throw invalidResponse("no body");
      const whole = ETag !== undefined && ContentLength !== undefined;
      if (!whole || (range && !ContentRange?.startsWith(`bytes ${range.start}-`))) {
        Body.destroy();
        throw invalidResponse("not the bytes that were asked for");
      }
      return receiveStream(Body, ContentLength);
    }, -taken);
  }

  async copy(key: string, to: Storage, toKey: string, { type, size }: PutOptions): Promise<void> {
    if (!(to instanceof S3Storage)) throw new Error("S3 copies to S3 only.");
    const target = to.#bucket.locate(toKey);
    await copyObject(this.#bucket.locate(key), size, to.#bucket, { ...target, ...to.#bucket.objectHeaders(type) });
  }

  remove(key: string): Promise<void> {
    return removeObject(this.#bucket, key);
  }

  removeMany(keys: readonly string[]): Promise<void> {
    return removeObjects(this.#bucket, keys);
  }

  list(prefix: string): AsyncGenerator<{ key: string; size: number; modifiedAt: Date }> {
    return listObjects(this.#bucket, prefix);
  }

  createMultipartUpload(key: string, { type }: { type: string }): Promise<string> {
    return parts.createMultipartUpload(this.#bucket, key, type);
  }

  signPart(key: string, part: SignedPart): Promise<SignedRequest> {
    return parts.signPart(this.#bucket, key, part);
  }

  listParts(key: string, multipartId: string): Promise<Part[] | null> {
    return parts.listParts(this.#bucket, key, multipartId);
  }

  completeMultipartUpload(key: string, multipartId: string, wanted: readonly Part[]): Promise<void> {
    return parts.completeMultipartUpload(this.#bucket, key, multipartId, wanted);
  }

  abortMultipartUpload(key: string, multipartId: string): Promise<void> {
    return parts.abortMultipartUpload(this.#bucket, key, multipartId);
  }

  listMultipartUploads(prefix: string): AsyncGenerator<MultipartUpload> {
    return parts.listMultipartUploads(this.#bucket, prefix);
  }

  async removeStaleTempFiles(): Promise<void> {}

  async signPut(key: string, { type, size, sha256, expiresIn }: SignedPut): Promise<SignedRequest> {
    const headers = {
      "content-type": type,
      "x-amz-checksum-sha256": sha256,
      // Without it some stores take the checksum for decoration (Ceph 20).
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
    if (this.class !== "public") throw new Error("A private object has no public address.");
    return `${this.#mediaUrl ?? this.#bucket.url}/${requireKey(key)}`;
  }

  async checkHealth(): Promise<void> {
    // Asks for a list and not for HeadBucket, whose empty 200 anything could give.
    await listObjectsPage(this.#bucket, { MaxKeys: 1 });
    await callStore((signal) => this.#bucket.checkClock(signal));
  }
}

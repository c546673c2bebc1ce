import { randomUUID } from "node:crypto";
import { Readable } from "node:stream";
import type {
  ListObjectsV2CommandInput,
  ListObjectsV2CommandOutput,
  PutObjectCommandInput,
} from "@aws-sdk/client-s3";
import type { Clock } from "../clock";
import { notFound, Problem } from "../errors";
import { cacheControlOf } from "./cache-control";
import { dispositionOf } from "./disposition";
import { exactly, WrongLength, watchStall, wrongLength } from "./flow";
import { checkKey, checkPrefix } from "./key";
import { type BucketPlace, bucketUrl } from "./s3-address";
import { bounded, type Connection, connect, type Head, PATIENCE } from "./s3-client";
import { type CredentialSource, keepFresh, lifeOf } from "./s3-credentials";
import { attemptsOf, nameOf, nonsense, statusOf, storeProblem, unreachable } from "./s3-errors";
import { type Credentials, presign } from "./sigv4";
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

export type S3Settings = BucketPlace & {
  class: StorageClass;
  /** The address of the same store as a browser reaches it, where that is another. */
  browserEndpoint?: string | undefined;
  /** The SDK's own chain (environment, profile, role of the machine) where undefined. */
  credentials?: CredentialSource | undefined;
  /** Host before the public bucket, such as a CDN; the bucket itself where undefined. */
  mediaUrl?: string | undefined;
  /** Caches that may keep public objects for long are told when one dies. */
  purged?: boolean | undefined;
  clock: Clock;
};

/** Milliseconds without a single byte after which a transfer has failed. */
const STALL = 4500;
/** Bytes per millisecond that any store is expected to manage, for the time that a whole body may take. */
const SLOWEST = { put: 1024, copy: 8 * 1024 };

/** A bucket of S3, or of a store that speaks it. Signing makes no call and loads no SDK. */
export function createS3Storage(settings: S3Settings): Storage {
  return new S3Storage(settings);
}

class S3Storage implements Storage {
  readonly class: StorageClass;
  readonly #settings: S3Settings;
  readonly #bucket: string;
  readonly #browserUrl: string;
  readonly #credentials: () => Promise<Credentials>;
  readonly #cacheControl: string;
  #connection: Promise<Connection> | undefined;

  constructor(settings: S3Settings) {
    this.class = settings.class;
    this.#settings = settings;
    this.#bucket = settings.bucket;
    this.#browserUrl = bucketUrl({ ...settings, endpoint: settings.browserEndpoint ?? settings.endpoint });
    this.#credentials = keepFresh(settings.credentials ?? (() => this.#defaultCredentials()), settings.clock);
    this.#cacheControl = cacheControlOf(settings.class, settings.purged === true);
  }

  async put(key: string, body: Uint8Array | Readable, { type, size }: PutOptions): Promise<void> {
    const input = { ...this.#at(key), ...this.#served(type), ContentLength: size, IfNoneMatch: "*" };
    if (!(body instanceof Uint8Array)) return this.#putStream(input, body, size);
    if (body.byteLength !== size) throw wrongLength(size);
    await bounded(
      (signal) => this.#putBytes({ ...input, Body: body }, signal),
      PATIENCE + size / SLOWEST.put,
    );
  }

  async stat(key: string): Promise<Stat | null> {
    const at = this.#at(key);
    return bounded(async (signal) => {
      const head = await this.#head(at, signal);
      if (head) return statOf(head);
      // HEAD has no body to tell a missing object from a missing bucket; GET has.
      const { sdk, client } = await this.#open();
      try {
        const found = await client.send(new sdk.GetObjectCommand({ ...at, Range: "bytes=0-0" }), {
          abortSignal: signal,
        });
        if (found.Body instanceof Readable) found.Body.destroy();
      } catch (error) {
        if (storeProblem(error).code === "not_found") return null;
        throw error;
      }
      const second = await this.#head(at, signal);
      return second ? statOf(second) : null;
    });
  }

  async read(key: string, range?: { start: number; end: number }): Promise<Readable> {
    const at = this.#at(key);
    const Range = range ? `bytes=${range.start}-${range.end}` : undefined;
    return bounded(async (signal) => {
      const { sdk, client } = await this.#open();
      const answer = await client
        .send(new sdk.GetObjectCommand({ ...at, Range }), { abortSignal: signal })
        .catch((error: unknown) => {
          if (range && statusOf(error) === 416 && nameOf(error) === "InvalidRange") return null;
          throw error;
        });
      if (!answer) return Readable.from([]);
      const { Body, ContentLength, ContentRange, ETag } = answer;
      if (!(Body instanceof Readable)) throw nonsense("no body");
      const whole = ETag !== undefined && ContentLength !== undefined;
      if (!whole || (range && !ContentRange?.startsWith(`bytes ${range.start}-`))) {
        Body.destroy();
        throw nonsense("not the bytes that were asked for");
      }
      return incoming(Body, ContentLength);
    });
  }

  async copy(key: string, to: Storage, toKey: string, { type }: { type: string }): Promise<void> {
    if (!(to instanceof S3Storage)) throw new Error("S3 copies to S3 only.");
    const [from, target] = [this.#at(key), to.#at(toKey)];
    const [source, existing] = await Promise.all([
      this.stat(key),
      bounded((signal) => to.#head(target, signal)),
    ]);
    if (!source) throw notFound();
    if (existing) throw new Problem("conflict", "There is a file under this key already.");
    await bounded(
      async (signal) => {
        const { sdk, client } = await to.#open();
        const command = new sdk.CopyObjectCommand({
          ...target,
          ...to.#served(type),
          CopySource: `${from.Bucket}/${from.Key}`,
          MetadataDirective: "REPLACE",
          // Other stores ignore the condition or stumble over it, and there the look above has to do.
          ...(to.#settings.endpoint ? {} : { IfNoneMatch: "*" }),
        });
        const { CopyObjectResult } = await client.send(command, { abortSignal: signal });
        if (!CopyObjectResult?.ETag) throw nonsense("no result of the copy");
      },
      PATIENCE + source.size / SLOWEST.copy,
    );
  }

  async remove(key: string): Promise<void> {
    const at = this.#at(key);
    await bounded(async (signal) => {
      const { sdk, client } = await this.#open();
      try {
        const { $metadata } = await client.send(new sdk.DeleteObjectCommand(at), { abortSignal: signal });
        if ($metadata.httpStatusCode !== 204) throw nonsense("a deletion that is not 204");
      } catch (error) {
        if (storeProblem(error).code !== "not_found") throw error;
      }
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
    checkPrefix(prefix);
    let token: string | undefined;
    do {
      const page = await this.#page({ Prefix: prefix, ContinuationToken: token });
      for (const { Key, Size, LastModified } of page.Contents ?? []) {
        if (Key === undefined || Size === undefined || !LastModified)
          throw nonsense("an entry without a key");
        yield { key: Key, size: Size, modifiedAt: LastModified };
      }
      token = page.IsTruncated ? page.NextContinuationToken : undefined;
    } while (token);
  }

  async signPut(key: string, { type, size, sha256, expiresIn }: SignedPut): Promise<SignedRequest> {
    const headers = {
      "content-type": type,
      "x-amz-checksum-sha256": sha256,
      // Without it some stores take the checksum for decoration (Ceph 20).
      "x-amz-sdk-checksum-algorithm": "SHA256",
      "if-none-match": "*",
    };
    const signed = { ...headers, "content-length": String(size) };
    const { url, expiresAt } = await this.#presign("PUT", key, expiresIn, { "x-id": "PutObject" }, signed);
    return { method: "PUT", url, headers, expiresAt };
  }

  async signGet(key: string, { type, disposition, name, expiresIn }: SignedGet): Promise<string> {
    const query = {
      "response-cache-control": "private, no-store",
      "response-content-disposition": dispositionOf(disposition, name),
      "response-content-type": type,
      "x-id": "GetObject",
    };
    return (await this.#presign("GET", key, expiresIn, query)).url;
  }

  publicUrl(key: string): string {
    if (this.class !== "public") throw new Error("A private object has no public address.");
    return `${this.#settings.mediaUrl ?? this.#browserUrl}/${checkKey(key)}`;
  }

  async check(): Promise<void> {
    // Asks for a list and not for HeadBucket, whose empty 200 anything could give.
    await this.#page({ MaxKeys: 1 });
  }

  async #presign(
    method: "GET" | "PUT",
    key: string,
    wanted: number,
    query: Record<string, string>,
    headers?: Record<string, string>,
  ): Promise<{ url: string; expiresAt: Date }> {
    const { clock, region } = this.#settings;
    const url = `${this.#browserUrl}/${checkKey(key)}`;
    const credentials = await this.#credentials();
    const expiresIn = lifeOf(credentials, wanted, clock);
    const now = clock.now();
    return {
      url: presign({ method, url, query, headers, region, credentials, now, expiresIn }),
      expiresAt: new Date(Math.floor(now.getTime() / 1000 + expiresIn) * 1000),
    };
  }

  async #putBytes(input: PutObjectCommandInput, signal: AbortSignal): Promise<void> {
    const { sdk, client } = await this.#open();
    // Our own mark on this write: where an answer is lost and the SDK tries again, "it exists" may mean that we were the ones.
    const write = randomUUID();
    const command = new sdk.PutObjectCommand({ ...input, Metadata: { write } });
    try {
      const { ETag } = await client.send(command, { abortSignal: signal });
      if (!ETag) throw nonsense("a write without an ETag");
    } catch (error) {
      if (storeProblem(error).code !== "conflict" || attemptsOf(error) === 1) throw error;
      const head = await this.#head({ Bucket: this.#bucket, Key: input.Key ?? "" }, signal);
      if (head?.Metadata?.write !== write) throw error;
    }
  }

  async #putStream(input: PutObjectCommandInput, source: Readable, size: number): Promise<void> {
    const { sdk, client } = await this.#open();
    const controller = new AbortController();
    const { promise: failed, reject } = Promise.withResolvers<never>();
    const fail = (error: unknown) => {
      reject(error);
      controller.abort();
    };
    const stall = watchStall(STALL, () => fail(stalled()));
    const broken = (error: Error) => (error instanceof WrongLength ? wrongLength(size) : error);
    const body = exactly(source, size, { moved: stall.touch, broken });
    // The SDK does not listen to its body's errors.
    body.once("error", fail);
    const sent = client
      .send(new sdk.PutObjectCommand({ ...input, Body: body }), { abortSignal: controller.signal })
      .catch((error: unknown) => Promise.reject(storeProblem(error)));
    try {
      const { ETag } = await Promise.race([failed, sent]);
      if (!ETag) throw nonsense("a write without an ETag");
    } finally {
      stall.stop();
      body.destroy();
    }
  }

  /** Undefined for any 404: of the object, the bucket, or something else that answered. */
  async #head(at: { Bucket: string; Key: string }, signal: AbortSignal): Promise<Head | undefined> {
    const { sdk, client } = await this.#open();
    const command = new sdk.HeadObjectCommand({ ...at, ChecksumMode: "ENABLED" });
    return client.send(command, { abortSignal: signal }).catch((error: unknown) => {
      if (statusOf(error) === 404) return undefined;
      throw error;
    });
  }

  #page(
    asked: Pick<ListObjectsV2CommandInput, "Prefix" | "ContinuationToken" | "MaxKeys">,
  ): Promise<ListObjectsV2CommandOutput> {
    return bounded(async (signal) => {
      const { sdk, client } = await this.#open();
      const command = new sdk.ListObjectsV2Command({ Bucket: this.#bucket, ...asked });
      const page = await client.send(command, { abortSignal: signal });
      if (page.IsTruncated === undefined || page.Name !== this.#bucket) throw nonsense("not a list");
      if (page.IsTruncated && !page.NextContinuationToken) throw nonsense("a list that cannot go on");
      return page;
    });
  }

  #at(key: string): { Bucket: string; Key: string } {
    return { Bucket: this.#bucket, Key: checkKey(key) };
  }

  #served(type: string): { ContentType: string; CacheControl: string } {
    return { ContentType: type, CacheControl: this.#cacheControl };
  }

  #open(): Promise<Connection> {
    this.#connection ??= connect(this.#settings, this.#settings.credentials);
    return this.#connection;
  }

  async #defaultCredentials(): Promise<Credentials> {
    const { client } = await this.#open();
    return client.config.credentials();
  }
}

function statOf(head: Head): Stat {
  const { ContentLength: size, LastModified: modifiedAt, ChecksumSHA256: sha256, ChecksumType, ETag } = head;
  if (size === undefined || !modifiedAt || !ETag) throw nonsense("no size, date or ETag");
  // A composite one is a hash of the parts' hashes and says nothing about the whole.
  const whole = ChecksumType !== "COMPOSITE" && sha256 !== undefined && /^[A-Za-z0-9+/]{43}=$/.test(sha256);
  return { size, modifiedAt, ...(whole ? { sha256 } : {}) };
}

/** What the store sends, as long as it keeps sending; a consumer that takes its time is none of the store's fault. */
function incoming(source: Readable, size: number): Readable {
  const stall = watchStall(
    STALL,
    () => body.destroy(stalled()),
    () => body.writableNeedDrain,
  );
  const body = exactly(source, size, { moved: stall.touch, broken: unreachable });
  body.once("close", stall.stop);
  return body;
}

function stalled(): Problem {
  return unreachable(new Error(`No byte for ${STALL} ms`));
}

import type { Clock } from "../../clock";
import { cacheControlFor } from "../cache-control";
import { requireKey } from "../key";
import type { StorageClass } from "../storage";
import { type BucketLocation, bucketUrl } from "./bucket-url";
import { type S3Connection, connectS3, type HeadResult } from "./client";
import { type CredentialSource, cacheCredentials, limitLifetime } from "./credentials";
import { httpStatusOf } from "./errors";
import { type Credentials, presign } from "./sigv4";
import { requireClockInSync } from "./clock-skew";

export type S3Settings = BucketLocation & {
  class: StorageClass;
  /** The address of the same store as a browser reaches it, where that is another. */
  browserEndpoint?: string | undefined;
  /** The SDK's own chain (environment, profile, role of the machine) where undefined. */
  credentials?: CredentialSource | undefined;
  /** Host before the public bucket, such as a CDN; the bucket itself where undefined. */
  mediaUrl?: string | undefined;
  /** Caches that may keep public objects for long are told when one dies. */
  hasCdnPurge?: boolean | undefined;
  clock: Clock;
};

export type ObjectLocation = { Bucket: string; Key: string };

/** One bucket: how it is reached, signed for and spoken to. Making one opens nothing. */
export class S3Bucket {
  readonly name: string;
  /** As a browser reaches it, without a slash at the end. */
  readonly url: string;
  /** As this server reaches it. */
  readonly #ownUrl: string;
  /** Copies and joins parts only where nothing is there, if asked to; other stores ignore the condition or stumble over it. */
  readonly supportsConditionalCreate: boolean;
  readonly #settings: S3Settings;
  readonly #cacheControl: string;
  readonly #credentials: () => Promise<Credentials>;
  #connection: Promise<S3Connection> | undefined;

  constructor(settings: S3Settings) {
    this.name = settings.bucket;
    this.url = bucketUrl({ ...settings, endpoint: settings.browserEndpoint ?? settings.endpoint });
    this.#ownUrl = bucketUrl(settings);
    this.supportsConditionalCreate = /\.amazonaws\.com(\.cn)?$/.test(new URL(this.#ownUrl).hostname);
    this.#settings = settings;
    this.#cacheControl = cacheControlFor(settings.class, settings.hasCdnPurge === true);
    this.#credentials = cacheCredentials(settings.credentials ?? (() => this.#defaultCredentials()), settings.clock);
  }

  connect(): Promise<S3Connection> {
    this.#connection ??= connectS3(this.#settings, this.#settings.credentials);
    return this.#connection;
  }

  locate(key: string): ObjectLocation {
    return { Bucket: this.name, Key: requireKey(key) };
  }

  /** What an object is served with. */
  objectHeaders(type: string): { ContentType: string; CacheControl: string } {
    return { ContentType: type, CacheControl: this.#cacheControl };
  }

  /** Undefined for any 404: of the object, the bucket, or something else that answered. */
  async head(at: ObjectLocation, signal: AbortSignal): Promise<HeadResult | undefined> {
    const { sdk, client } = await this.connect();
    const command = new sdk.HeadObjectCommand({ ...at, ChecksumMode: "ENABLED" });
    return client.send(command, { abortSignal: signal }).catch((error: unknown) => {
      if (httpStatusOf(error) === 404) return undefined;
      throw error;
    });
  }

  /** `expiresIn` is in seconds; the permission ends earlier where its credentials do. `own`: for this server, not for a browser. */
  async presign(
    method: "GET" | "PUT",
    key: string,
    {
      own = false,
      ...wanted
    }: { expiresIn: number; query: Record<string, string>; headers?: Record<string, string>; own?: boolean },
  ): Promise<{ url: string; expiresAt: Date }> {
    const { clock, region } = this.#settings;
    const url = `${own ? this.#ownUrl : this.url}/${requireKey(key)}`;
    const credentials = await this.#credentials();
    const expiresIn = limitLifetime(credentials, wanted.expiresIn, clock);
    const now = clock.now();
    return {
      url: presign({ ...wanted, method, url, region, credentials, now, expiresIn }),
      expiresAt: new Date(Math.floor(now.getTime() / 1000 + expiresIn) * 1000),
    };
  }

  /** Fails with `unavailable` where what is signed here is dead, or not valid yet, by the store's clock. */
  checkClock(signal: AbortSignal): Promise<void> {
    return requireClockInSync(this.#ownUrl, this.#settings.clock, signal);
  }

  async #defaultCredentials(): Promise<Credentials> {
    const { client } = await this.connect();
    return client.config.credentials();
  }
}

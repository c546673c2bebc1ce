import type { Clock } from "../../clock";
import { cacheControlFor } from "../cache-control";
import { requireKey } from "../key";
import type { StorageClass } from "../storage";
import { type BucketLocation, bucketUrl } from "./bucket-url";
import { connectS3, type HeadResult, type S3Connection } from "./client";
import { requireClockInSync } from "./clock-skew";
import { type CredentialSource, type Credentials, cacheCredentials, limitLifetime } from "./credentials";
import { httpStatusOf } from "./errors";
import { presign } from "./presign";

export type S3Settings = BucketLocation & {
  class: StorageClass;
  /** Endpoint of the same store for browsers, if it differs from the one for this server. */
  browserEndpoint?: string | undefined;
  /** Default: the SDK's own chain (environment, profile, role of the machine). */
  credentials?: CredentialSource | undefined;
  /** URL of a host in front of the public bucket, such as a CDN. Default: the bucket's own URL. */
  mediaUrl?: string | undefined;
  /** A purge hook removes deleted objects from the CDN, so the CDN may cache them for long. */
  hasCdnPurge?: boolean | undefined;
  clock: Clock;
};

export type ObjectLocation = { Bucket: string; Key: string };

/**
 * One bucket: connects to it, signs URLs for it and reads object headers. Creating one opens
 * nothing.
 */
export class S3Bucket {
  readonly name: string;
  /** URL for browsers, without a slash at the end. */
  readonly url: string;
  /** URL for this server, without a slash at the end. */
  readonly #serverUrl: string;
  /**
   * Whether the store honours `If-None-Match` on copies and on the completion of multipart uploads.
   * AWS does; other stores ignore the condition or fail because of it.
   */
  readonly supportsConditionalCreate: boolean;
  readonly #settings: S3Settings;
  readonly #cacheControl: string;
  readonly #credentials: () => Promise<Credentials>;
  #connection: Promise<S3Connection> | undefined;

  constructor(settings: S3Settings) {
    this.name = settings.bucket;
    this.url = bucketUrl({ ...settings, endpoint: settings.browserEndpoint ?? settings.endpoint });
    this.#serverUrl = bucketUrl(settings);
    this.supportsConditionalCreate = /\.amazonaws\.com(\.cn)?$/.test(new URL(this.#serverUrl).hostname);
    this.#settings = settings;
    this.#cacheControl = cacheControlFor(settings.class, settings.hasCdnPurge === true);
    this.#credentials = cacheCredentials(
      settings.credentials ?? (() => this.#defaultCredentials()),
      settings.clock,
    );
  }

  connect(): Promise<S3Connection> {
    this.#connection ??= connectS3(this.#settings, this.#settings.credentials);
    return this.#connection;
  }

  locate(key: string): ObjectLocation {
    return { Bucket: this.name, Key: requireKey(key) };
  }

  /** Returns the headers that the store serves an object with. */
  objectHeaders(type: string): { ContentType: string; CacheControl: string } {
    return { ContentType: type, CacheControl: this.#cacheControl };
  }

  /**
   * Sends HEAD. Returns undefined for any 404: of the object, of the bucket, or of another server.
   */
  async head(object: ObjectLocation, signal: AbortSignal): Promise<HeadResult | undefined> {
    const { sdk, client } = await this.connect();
    const command = new sdk.HeadObjectCommand({ ...object, ChecksumMode: "ENABLED" });
    return client.send(command, { abortSignal: signal }).catch((error: unknown) => {
      if (httpStatusOf(error) === 404) return undefined;
      throw error;
    });
  }

  /**
   * Signs a URL for `expiresIn` seconds, or for less if the credentials expire earlier.
   * `forServer` signs for the endpoint of this server instead of the one for browsers.
   */
  async presign(
    method: "GET" | "PUT",
    key: string,
    {
      forServer = false,
      expiresIn: wantedSeconds,
      ...request
    }: {
      expiresIn: number;
      query: Record<string, string>;
      headers?: Record<string, string>;
      forServer?: boolean;
    },
  ): Promise<{ url: string; expiresAt: Date }> {
    const { clock, region } = this.#settings;
    const url = `${forServer ? this.#serverUrl : this.url}/${requireKey(key)}`;
    const credentials = await this.#credentials();
    const expiresIn = limitLifetime(credentials, wantedSeconds, clock);
    const now = clock.now();
    return {
      url: await presign({ ...request, method, url, region, credentials, now, expiresIn }),
      expiresAt: new Date(Math.floor(now.getTime() / 1000 + expiresIn) * 1000),
    };
  }

  /** Fails with `unavailable` if the store would reject our signatures because of its clock. */
  checkClock(signal: AbortSignal): Promise<void> {
    return requireClockInSync(this.#serverUrl, this.#settings.clock, signal);
  }

  async #defaultCredentials(): Promise<Credentials> {
    const { client } = await this.connect();
    return client.config.credentials();
  }
}

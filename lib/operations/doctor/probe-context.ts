import { createHash, randomUUID } from "node:crypto";
import type { Clock } from "../../clock";
import type { StorageSettings } from "../../storage/drivers";
import { createStorages } from "../../storage/factory";
import { PROBE_PREFIX } from "../../storage/probe-prefix";
import { bucketUrl } from "../../storage/s3/bucket-url";
import { connectS3, type S3Connection } from "../../storage/s3/client";
import { type Credentials, cacheCredentials } from "../../storage/s3/credentials";
import type { SignedPut, SignedRequest, StorageClass, Storages } from "../../storage/storage";
import type { HttpRequest } from "../http-prober";
import type { StaticBucketSettings } from "../static/static-bucket";

export type S3StorageSettings = Extract<StorageSettings, { driver: "s3" }>;

/** What the doctor checks, and what it compares with. Durations in seconds. */
export type DoctorInput = {
  storage: StorageSettings;
  staticBucket?: StaticBucketSettings | undefined;
  /** Origin of the pages that upload to the store and download from it. */
  appUrl: string;
  uploadTtl: number;
  /** A role is configured, but there was no token to assume it: the credentials are others. */
  isRoleNotAssumed?: boolean | undefined;
  /** How long an upload of any kind can still be completed, plus the sweep's grace. */
  maxUploadSeconds: number;
};

/** The S3 store that the doctor checks: the application's storages, and the SDK beside them. */
export type ProbeContext = {
  input: DoctorInput;
  settings: S3StorageSettings;
  clock: Clock;
  storages: Storages;
  /** Without retries, which would hide errors, and with the clock that signs. */
  connection: S3Connection;
  credentials: () => Promise<Credentials>;
  newKey(): string;
};

export async function openProbe(
  input: DoctorInput,
  settings: S3StorageSettings,
  clock: Clock,
): Promise<ProbeContext> {
  const systemClockOffset = clock.now().getTime() - Date.now();
  const source = settings.credentials;
  // One session for all checks: the lifetime of a URL is compared with the credentials that signed
  // it.
  const session = typeof source === "function" ? cacheCredentials(source, clock) : source;
  const connection = await connectS3(settings, session, { maxAttempts: 1, systemClockOffset });
  const credentials = cacheCredentials(session ?? (() => connection.client.config.credentials()), clock);
  const run = randomUUID();
  return {
    input,
    settings,
    clock,
    storages: createStorages({ ...settings, credentials }, clock),
    connection,
    credentials,
    newKey: () => `${PROBE_PREFIX}${run}/${randomUUID()}`,
  };
}

/**
 * Returns the URLs of a bucket without a final slash: the browser's, then the server's if it
 * differs.
 */
export function bucketUrlsOf(
  settings: Pick<S3StorageSettings, "region" | "endpoint" | "browserEndpoint" | "forcePathStyle">,
  bucket: string,
): string[] {
  const endpoints = [settings.browserEndpoint ?? settings.endpoint, settings.endpoint];
  return [...new Set(endpoints.map((endpoint) => bucketUrl({ ...settings, bucket, endpoint })))];
}

export const STORAGE_CLASSES: readonly StorageClass[] = ["private", "public"];

/** A few bytes, and what a ticket declares about them. */
export const SAMPLE = createSample("what the doctor sends");

export type UploadRequest = HttpRequest & { url: string; headers: Record<string, string> };

/** Returns the request that sends `bytes` exactly as signed. */
export function uploadRequest({ method, url, headers }: SignedRequest, { bytes } = SAMPLE): UploadRequest {
  return { method, url, headers: { ...headers, "content-length": String(bytes.length) }, body: bytes };
}

export function createSample(text: string): { bytes: Buffer; ticket: SignedPut } {
  const bytes = Buffer.from(text);
  const sha256 = createHash("sha256").update(bytes).digest("base64");
  return { bytes, ticket: { type: "application/pdf", size: bytes.length, sha256, expiresIn: 60 } };
}

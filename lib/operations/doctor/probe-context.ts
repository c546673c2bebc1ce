import { createHash, randomUUID } from "node:crypto";
import type { Clock } from "../../clock";
import { createStorages, type StorageSettings } from "../../storage/factory";
import { PROBE_PREFIX } from "../../storage/probe-prefix";
import type { StaticBucketSettings } from "../provision/static-bucket";
import { bucketUrl } from "../../storage/s3/bucket-url";
import { type S3Connection, connectS3 } from "../../storage/s3/client";
import { cacheCredentials } from "../../storage/s3/credentials";
import type { Credentials } from "../../storage/s3/sigv4";
import type { SignedPut, StorageClass, Storages } from "../../storage/storage";

export type S3StorageSettings = Extract<StorageSettings, { driver: "s3" }>;

/** What is to be examined, and what it is judged by. Durations in seconds. */
export type DoctorInput = {
  storage: StorageSettings;
  staticBucket?: StaticBucketSettings | undefined;
  /** Where the pages come from that put into the store and get from it. */
  appUrl: string;
  uploadTtl: number;
  /** A role is named that the keys are not of: there was no token to take it with. */
  isRoleNotAssumed?: boolean | undefined;
  /** How long after its beginning an upload of any kind may still be completed, and with the sweep's grace, be wanted. */
  maxUploadSeconds: number;
};

/** An S3 store under examination: the application's own way to it, the SDK beside it, and keys that are the doctor's. */
export type ProbeContext = {
  input: DoctorInput;
  settings: S3StorageSettings;
  clock: Clock;
  storages: Storages;
  /** Without retries, which would hide what is asked for, and with the clock that signs. */
  connection: S3Connection;
  credentials: () => Promise<Credentials>;
  newKey(): string;
};

export async function openProbe(given: DoctorInput, place: S3StorageSettings, clock: Clock): Promise<ProbeContext> {
  const systemClockOffset = clock.now().getTime() - Date.now();
  const source = place.credentials;
  // One session for all: what an address promises is held against the very keys that signed it.
  const kept = typeof source === "function" ? cacheCredentials(source, clock) : source;
  const connection = await connectS3(place, kept, { maxAttempts: 1, systemClockOffset });
  const credentials = cacheCredentials(kept ?? (() => connection.client.config.credentials()), clock);
  const run = randomUUID();
  return {
    input: given,
    settings: place,
    clock,
    storages: createStorages({ ...place, credentials }, clock),
    connection,
    credentials,
    newKey: () => `${PROBE_PREFIX}${run}/${randomUUID()}`,
  };
}

/** The addresses of a bucket, without a slash at the end: as a browser reaches it, and as the server does where that is another. */
export function bucketUrlsOf(
  place: Pick<S3StorageSettings, "region" | "endpoint" | "browserEndpoint" | "forcePathStyle">,
  bucket: string,
): string[] {
  const endpoints = [place.browserEndpoint ?? place.endpoint, place.endpoint];
  return [...new Set(endpoints.map((endpoint) => bucketUrl({ ...place, bucket, endpoint })))];
}

export const STORAGE_CLASSES: readonly StorageClass[] = ["private", "public"];

/** A few bytes with all that a ticket says about them. */
export const SAMPLE = createSample("what the doctor sends");

export function createSample(text: string): { bytes: Buffer; ticket: SignedPut } {
  const bytes = Buffer.from(text);
  const sha256 = createHash("sha256").update(bytes).digest("base64");
  return { bytes, ticket: { type: "application/pdf", size: bytes.length, sha256, expiresIn: 60 } };
}

import { createHash, randomUUID } from "node:crypto";
import type { Clock } from "../../clock";
import { createStorages, type StorageSettings } from "../factory";
import { PROBES } from "../probes";
import type { Statics } from "../provision/statics";
import { bucketUrl } from "../s3/address";
import { type Connection, connect } from "../s3/client";
import { keepFresh } from "../s3/credentials";
import type { Credentials } from "../s3/sigv4";
import type { SignedPut, StorageClass, Storages } from "../storage";

export type S3Place = Extract<StorageSettings, { driver: "s3" }>;

/** What is to be examined, and what it is judged by. Durations in seconds. */
export type Case = {
  storage: StorageSettings;
  statics?: Statics | undefined;
  /** Where the pages come from that put into the store and get from it. */
  appUrl: string;
  uploadTtl: number;
  /** A role is named that the keys are not of: there was no token to take it with. */
  roleUntaken?: boolean | undefined;
  /** How long after its beginning an upload of any kind may still be completed, and with the sweep's grace, be wanted. */
  wanted: number;
};

/** An S3 store under examination: the application's own way to it, the SDK beside it, and keys that are the doctor's. */
export type Patient = {
  case: Case;
  place: S3Place;
  clock: Clock;
  storages: Storages;
  /** Without retries, which would hide what is asked for, and with the clock that signs. */
  connection: Connection;
  credentials: () => Promise<Credentials>;
  newKey(): string;
};

export async function admit(given: Case, place: S3Place, clock: Clock): Promise<Patient> {
  const systemClockOffset = clock.now().getTime() - Date.now();
  const source = place.credentials;
  // One session for all: what an address promises is held against the very keys that signed it.
  const kept = typeof source === "function" ? keepFresh(source, clock) : source;
  const connection = await connect(place, kept, { maxAttempts: 1, systemClockOffset });
  const credentials = keepFresh(kept ?? (() => connection.client.config.credentials()), clock);
  const run = randomUUID();
  return {
    case: given,
    place,
    clock,
    storages: createStorages({ ...place, credentials }, clock),
    connection,
    credentials,
    newKey: () => `${PROBES}${run}/${randomUUID()}`,
  };
}

/** The addresses of a bucket, without a slash at the end: as a browser reaches it, and as the server does where that is another. */
export function addressesOf(
  place: Pick<S3Place, "region" | "endpoint" | "browserEndpoint" | "forcePathStyle">,
  bucket: string,
): string[] {
  const endpoints = [place.browserEndpoint ?? place.endpoint, place.endpoint];
  return [...new Set(endpoints.map((endpoint) => bucketUrl({ ...place, bucket, endpoint })))];
}

export const CLASSES: readonly StorageClass[] = ["private", "public"];

/** A few bytes with all that a ticket says about them. */
export const PROBE = probe("what the doctor sends");

export function probe(text: string): { bytes: Buffer; ticket: SignedPut } {
  const bytes = Buffer.from(text);
  const sha256 = createHash("sha256").update(bytes).digest("base64");
  return { bytes, ticket: { type: "application/pdf", size: bytes.length, sha256, expiresIn: 60 } };
}

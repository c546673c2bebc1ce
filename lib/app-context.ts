import type { CdnPurger } from "./files/cdn-purger";
import type { Clock } from "./clock";
import type { Db } from "./db/client";
import type { Env } from "./config/env";
import type { TaggedCache } from "./accounts/tagged-cache";
import type { Log } from "./observability/log";
import type { CrashPoint } from "./crash-points";
import type { Storages } from "./storage/storage";

/** What the domain works with, handed in by whoever calls: the application's composition root, a script, a test. */
export type AppContext = {
  db: Db;
  storages: Storages;
  clock: Clock;
  limits: Limits;
  log: Log;
  /** What keeps copies of public objects, where it is to be told that they are gone. */
  cdnPurger?: CdnPurger;
  /** Cards of public profiles, by what is on them, under the id of the member. Without it each is drawn when it is asked for. */
  profileCards?: TaggedCache<Buffer>;
  /** Takes over what an answer does not wait for any longer. Without it everything is waited for. */
  runInBackground?: (work: Promise<unknown>) => void;
  /** Hears of every step between storage and commit; for tests that end the process there. */
  onCrashPoint?: (step: CrashPoint) => Promise<void>;
};

/** Durations in seconds, sizes in bytes. */
export type Limits = {
  quotaBytes: number;
  openUploads: number;
  uploadTtl: number;
  /** Of a ticket in parts, and of the address of one part. */
  multipartTtl: number;
  partUrlTtl: number;
  readUrlTtl: number;
  claimTtl: number;
  undoTtl: number;
  sweepGrace: number;
};

export function limitsFromEnv(env: Env): Limits {
  return {
    quotaBytes: env.QUOTA_BYTES,
    openUploads: env.QUOTA_OPEN_UPLOADS,
    uploadTtl: env.UPLOAD_TTL,
    multipartTtl: env.MULTIPART_TTL,
    partUrlTtl: env.PART_URL_TTL,
    readUrlTtl: env.READ_URL_TTL,
    claimTtl: env.CLAIM_TTL,
    undoTtl: env.UNDO_TTL,
    sweepGrace: env.SWEEP_GRACE,
  };
}

export function secondsFromNow(clock: Clock, seconds: number): Date {
  return new Date(clock.now().getTime() + seconds * 1000);
}

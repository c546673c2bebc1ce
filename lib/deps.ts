import type { Caches } from "./caches";
import type { Clock } from "./clock";
import type { Db } from "./db/client";
import type { Env } from "./env";
import type { Kept } from "./kept";
import type { Log } from "./log/log";
import type { Step } from "./steps";
import type { Storages } from "./storage/storage";

/** What the domain works with, handed in by whoever calls: the application's composition root, a script, a test. */
export type Deps = {
  db: Db;
  storages: Storages;
  clock: Clock;
  limits: Limits;
  log: Log;
  /** What keeps copies of public objects, where it is to be told that they are gone. */
  caches?: Caches;
  /** Cards of public profiles, by what is on them, under the id of the member. Without it each is drawn when it is asked for. */
  cards?: Kept<Buffer>;
  /** Takes over what an answer does not wait for any longer. Without it everything is waited for. */
  goOn?: (work: Promise<unknown>) => void;
  /** Hears of every step between storage and commit; for tests that end the process there. */
  reached?: (step: Step) => Promise<void>;
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

export function limitsOf(env: Env): Limits {
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

export function after(clock: Clock, seconds: number): Date {
  return new Date(clock.now().getTime() + seconds * 1000);
}

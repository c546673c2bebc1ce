import type { Clock } from "./clock";
import type { Db } from "./db/client";
import type { Storages } from "./storage/storage";

/** What the domain works with, handed in by whoever calls: the application's composition root, a script, a test. */
export type Deps = { db: Db; storages: Storages; clock: Clock; limits: Limits };

/** Durations in seconds, sizes in bytes. */
export type Limits = {
  quotaBytes: number;
  openUploads: number;
  uploadTtl: number;
  readUrlTtl: number;
  claimTtl: number;
  undoTtl: number;
  sweepGrace: number;
};

export function after(clock: Clock, seconds: number): Date {
  return new Date(clock.now().getTime() + seconds * 1000);
}

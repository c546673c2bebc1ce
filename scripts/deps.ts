import { cachesOf } from "../lib/caches";
import { systemClock } from "../lib/clock";
import { createDb } from "../lib/db/client";
import { type Deps, limitsOf } from "../lib/deps";
import type { Env } from "../lib/env";
import { storagesFrom } from "../lib/storage/factory";

/** What a command works with, on a pool of its own. */
export function depsOf(env: Env, { connections = 4 } = {}): Deps & { close(): Promise<void> } {
  const db = createDb(env.DATABASE_URL, { connections });
  const storages = storagesFrom(env, systemClock);
  return {
    db,
    storages,
    clock: systemClock,
    limits: limitsOf(env),
    ...cachesOf(env),
    close: () => db.$disconnect(),
  };
}

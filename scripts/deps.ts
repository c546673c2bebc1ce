import { cachesOf } from "../lib/caches";
import { systemClock } from "../lib/clock";
import { createDb } from "../lib/db/client";
import { type Deps, limitsOf } from "../lib/deps";
import type { Env } from "../lib/env";
import { createLog } from "../lib/log/create-log";
import type { Log } from "../lib/log/log";
import { storagesFrom } from "../lib/storage/factory";

type Options = { connections?: number; log?: Log };

/** What a command works with, on a pool of its own. Its log is not its answer, and goes to standard error. */
export function depsOf(
  env: Env,
  {
    connections = 4,
    log = createLog({ level: env.LOG_LEVEL, readable: process.stderr.isTTY === true, to: 2 }),
  }: Options = {},
): Deps & { close(): Promise<void> } {
  const db = createDb(env.DATABASE_URL, { connections, log });
  const storages = storagesFrom(env, systemClock);
  return {
    db,
    storages,
    clock: systemClock,
    limits: limitsOf(env),
    log,
    ...cachesOf(env),
    close: () => db.$disconnect(),
  };
}

import { cdnPurgerFromEnv } from "../lib/files/cdn-purger";
import { systemClock } from "../lib/clock";
import { createDb } from "../lib/db/client";
import { type AppContext, limitsFromEnv } from "../lib/app-context";
import type { Env } from "../lib/config/env";
import { createLog } from "../lib/observability/create-log";
import type { Log } from "../lib/observability/log";
import { storagesFromEnv } from "../lib/storage/factory";

type Options = { connections?: number; log?: Log };

/** What a command works with, on a pool of its own. Its log is not its answer, and goes to standard error. */
export function createAppContext(
  env: Env,
  {
    connections = 4,
    log = createLog({ level: env.LOG_LEVEL, humanReadable: process.stderr.isTTY === true, fileDescriptor: 2 }),
  }: Options = {},
): AppContext & { close(): Promise<void> } {
  const db = createDb(env.DATABASE_URL, { connections, log });
  const storages = storagesFromEnv(env, systemClock);
  return {
    db,
    storages,
    clock: systemClock,
    limits: limitsFromEnv(env),
    log,
    ...cdnPurgerFromEnv(env),
    close: () => db.$disconnect(),
  };
}

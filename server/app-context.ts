import { type AppContext, limitsFromEnv } from "../lib/app-context";
import { systemClock } from "../lib/clock";
import type { Env } from "../lib/config/env";
import { createDb } from "../lib/db/client";
import { cdnPurgerFromEnv } from "../lib/files/cdn-purger";
import { createLog } from "../lib/observability/create-log";
import type { Log } from "../lib/observability/log";
import { storagesFromEnv } from "../lib/storage/factory";

type Options = { connections?: number; log?: Log };

/** Creates the context of a command, with its own pool. Logs to stderr: stdout is for results. */
export function createAppContext(
  env: Env,
  {
    connections = 4,
    log = createLog({
      level: env.LOG_LEVEL,
      humanReadable: process.stderr.isTTY === true,
      fileDescriptor: 2,
    }),
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

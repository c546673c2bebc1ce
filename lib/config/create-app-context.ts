import { type AppContext, limitsFromEnv } from "../app-context";
import { systemClock } from "../clock";
import { createDb } from "../db/client";
import { cdnPurgerFromEnv } from "../files/cdn-purger";
import { DecoderPool } from "../inspect/decoder-pool";
import { mailSettingsFromEnv } from "../mail/settings";
import { createLog } from "../observability/create-log";
import { storagesFromEnv } from "../storage/factory";
import { type Env, isLoopback } from "./env";

type Options = Partial<Omit<AppContext, "clock" | "limits" | "cdnPurger" | "mail">> & {
  /** The most database connections at a time. */
  connections?: number;
};

/**
 * Creates the context of a process from its environment: the web application, the job worker, or a
 * command. The caller may pass parts that it shares. The default log writes to stderr, because the
 * stdout of a command is for results. `close` ends the database pool and the
 * decoder processes.
 */
export function createAppContext(
  env: Env,
  { connections = 4, ...parts }: Options = {},
): AppContext & { close(): Promise<void> } {
  const {
    log = createLog({
      level: env.LOG_LEVEL,
      humanReadable: process.stderr.isTTY === true,
      fileDescriptor: 2,
    }),
  } = parts;
  const { db = createDb(env.DATABASE_URL, { connections, log }) } = parts;
  const { storages = storagesFromEnv(env, systemClock), decoders = new DecoderPool() } = parts;
  return {
    clock: systemClock,
    limits: limitsFromEnv(env),
    trustsUnverifiedAccounts: isLoopback(env.APP_URL),
    mail: mailSettingsFromEnv(env),
    ...cdnPurgerFromEnv(env),
    ...parts,
    log,
    db,
    storages,
    decoders,
    close: async () => {
      decoders.close();
      await db.$disconnect();
    },
  };
}

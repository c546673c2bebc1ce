import { type SignInSettings, signInSettingsFromEnv } from "../accounts/sign-in-settings";
import { type AppContext, limitsFromEnv } from "../app-context";
import { trailKeyFromEnv } from "../audit/trail-key";
import { type Clock, createOffsetClock, systemClock } from "../clock";
import { createDb } from "../db/client";
import { cdnPurgerFromEnv } from "../files/cdn-purger";
import { DecoderPool } from "../inspect/decoder-pool";
import { isLoopback } from "../loopback";
import { mailSettingsFromEnv } from "../mail/settings";
import { createLog } from "../observability/create-log";
import { storagesFromEnv } from "../storage/factory";
import type { Env } from "./env";

type Options = Partial<Omit<AppContext, "clock" | "limits" | "cdnPurger" | "mail" | "signIn">> & {
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
): AppContext & { signIn: SignInSettings; close(): Promise<void> } {
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
    clock: clockFromEnv(env),
    limits: limitsFromEnv(env),
    timeZone: env.TIME_ZONE,
    trailKey: trailKeyFromEnv(env),
    ...accountRulesFromEnv(env),
    mail: mailSettingsFromEnv(env),
    signIn: signInSettingsFromEnv(env),
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

/** What an account needs, by where the site is and whether it can send mails. */
export function accountRulesFromEnv({
  APP_URL,
  SIGN_UP,
  SMTP_URL,
}: Env): Required<Pick<AppContext, "trustsUnverifiedAccounts" | "opensSignUp" | "verifiesAddresses">> {
  return {
    trustsUnverifiedAccounts: isLoopback(APP_URL) && !SMTP_URL,
    opensSignUp: SIGN_UP === "open",
    verifiesAddresses: SMTP_URL !== undefined,
  };
}

/** Creates the clock for calendar days and deadlines. Signatures always use the system's clock. */
export function clockFromEnv({ CLOCK_OFFSET }: Pick<Env, "CLOCK_OFFSET">): Clock {
  return CLOCK_OFFSET === undefined ? systemClock : createOffsetClock(CLOCK_OFFSET);
}

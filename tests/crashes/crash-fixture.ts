import { type AppContext, limitsFromEnv, secondsFromNow } from "../../lib/app-context";
import { trailKeyFromEnv } from "../../lib/audit/trail-key";
import { systemClock } from "../../lib/clock";
import { env } from "../../lib/config/env";
import { createDb } from "../../lib/db/client";
import { MiB } from "../../lib/fields/field";
import { fields } from "../../lib/fields/fields";
import { DecoderPool } from "../../lib/inspect/decoder-pool";
import { mailSettingsFromEnv } from "../../lib/mail/settings";
import { silentLog } from "../../lib/observability/log";
import { storagesFromEnv } from "../../lib/storage/factory";
import { createTestEnvironment, type TestEnvironment } from "../support/environment";

/** The smallest size that S3 accepts for a part other than the last. */
export const PART_SIZE = 5 * MiB;

/**
 * Builds the context of this process from its environment. The parts of contracts are small, so
 * that a test can upload several.
 */
export function appContextFromEnv(): AppContext {
  const contract = fields.get("contract");
  if (fields instanceof Map && contract) fields.set(contract.name, { ...contract, partSize: PART_SIZE });
  return {
    db: createDb(env().DATABASE_URL, { connections: 10 }),
    storages: storagesFromEnv(env(), systemClock),
    clock: systemClock,
    limits: limitsFromEnv(env()),
    timeZone: "UTC",
    log: silentLog,
    trailKey: trailKeyFromEnv(env()),
    decoders: new DecoderPool(),
    mail: mailSettingsFromEnv(env()),
  };
}

/** Seconds after which every ticket, grace and lease has ended. */
export const PAST_ALL_DEADLINES_SECONDS = 2 * 24 * 3600;

export type CrashFixture = Pick<TestEnvironment, "drop"> & { context: AppContext };

/** Creates a database and storages for this test file and its child processes. */
export async function createCrashFixture(overrides: Record<string, string> = {}): Promise<CrashFixture> {
  const environment = await createTestEnvironment({ QUOTA_OPEN_UPLOADS: "100000", ...overrides });
  const context = appContextFromEnv();
  return {
    context,
    async drop() {
      await context.db.$disconnect();
      await environment.drop();
    },
  };
}

/** Returns the context with a later clock. The storages keep the real time, as a store does. */
export function withLaterClock(context: AppContext, seconds: number): AppContext {
  return { ...context, clock: { now: () => secondsFromNow(context.clock, seconds) } };
}

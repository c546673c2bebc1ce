import { systemClock } from "../../lib/clock";
import { createDb } from "../../lib/db/client";
import { secondsFromNow, type AppContext, limitsFromEnv } from "../../lib/app-context";
import { env } from "../../lib/config/env";
import { MiB } from "../../lib/fields/field";
import { fields } from "../../lib/fields/fields";
import { silentLog } from "../../lib/observability/log";
import { storagesFromEnv } from "../../lib/storage/factory";
import { type TestEnvironment, createTestEnvironment } from "../support/environment";

/** The least that S3 takes for a part that is not the last. */
export const PART_SIZE = 5 * MiB;

/** What the process at hand works with, as its environment says. The parts of contracts are small here, so that a test can send several. */
export function appContextFromEnv(): AppContext {
  const contract = fields.get("contract");
  if (fields instanceof Map && contract) fields.set(contract.name, { ...contract, partSize: PART_SIZE });
  return {
    db: createDb(env().DATABASE_URL, { connections: 10 }),
    storages: storagesFromEnv(env(), systemClock),
    clock: systemClock,
    limits: limitsFromEnv(env()),
    log: silentLog,
  };
}

/** Seconds beyond the longest ticket, every grace, and whatever a dead process held. */
export const PAST_ALL_DEADLINES_SECONDS = 2 * 24 * 3600;

export type CrashFixture = Pick<TestEnvironment, "drop"> & { context: AppContext };

/** A database and storages for this test file and the processes that it starts, which inherit the environment. */
export async function createCrashFixture(more: Record<string, string> = {}): Promise<CrashFixture> {
  const environment = await createTestEnvironment({ QUOTA_OPEN_UPLOADS: "100000", ...more });
  const deps = appContextFromEnv();
  return {
    context: deps,
    async drop() {
      await deps.db.$disconnect();
      await environment.drop();
    },
  };
}

/** The same some seconds later. Storages keep their own clock: a store knows what time it is. */
export function withLaterClock(deps: AppContext, seconds: number): AppContext {
  return { ...deps, clock: { now: () => secondsFromNow(deps.clock, seconds) } };
}

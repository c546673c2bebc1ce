import { systemClock } from "../../clock";
import { createDb } from "../../db/client";
import { after, type Deps, limitsOf } from "../../deps";
import { env } from "../../env";
import { MiB } from "../../fields/field";
import { fields } from "../../fields/fields";
import { silentLog } from "../../log/log";
import { storagesFrom } from "../../storage/factory";
import { type TestEnvironment, testEnvironment } from "../environment";

/** The least that S3 takes for a part that is not the last. */
export const PART = 5 * MiB;

/** What the process at hand works with, as its environment says. The parts of contracts are small here, so that a test can send several. */
export function depsOfEnvironment(): Deps {
  const contract = fields.get("contract");
  if (fields instanceof Map && contract) fields.set(contract.name, { ...contract, partSize: PART });
  return {
    db: createDb(env().DATABASE_URL, { connections: 10 }),
    storages: storagesFrom(env(), systemClock),
    clock: systemClock,
    limits: limitsOf(env()),
    log: silentLog,
  };
}

/** Seconds beyond the longest ticket, every grace, and whatever a dead process held. */
export const PAST_EVERYTHING = 2 * 24 * 3600;

export type World = Pick<TestEnvironment, "drop"> & { deps: Deps };

/** A database and storages for this test file and the processes that it starts, which inherit the environment. */
export async function startWorld(more: Record<string, string> = {}): Promise<World> {
  const environment = await testEnvironment({ QUOTA_OPEN_UPLOADS: "100000", ...more });
  const deps = depsOfEnvironment();
  return {
    deps,
    async drop() {
      await deps.db.$disconnect();
      await environment.drop();
    },
  };
}

/** The same some seconds later. Storages keep their own clock: a store knows what time it is. */
export function later(deps: Deps, seconds: number): Deps {
  return { ...deps, clock: { now: () => after(deps.clock, seconds) } };
}

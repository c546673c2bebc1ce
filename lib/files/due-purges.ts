import { after } from "../deps";
import { reasonOf } from "../reason";
import { type Claimed, type Destroying, destroy, LEASE_SECONDS, postpone } from "./destroy";

export type Drained = {
  /** Rows whose bytes are gone. */
  destroyed: number;
  /** Rows that failed, or whose addresses the caches have not forgotten yet; they are tried again later. */
  failed: number;
};

const BATCH = 250;
const LANES = 3;
/** So many rows in a row that fail by themselves, and it is the store that is away. */
const AWAY = 3;

/** Carries out every purge whose time has come, a batch at a time, until none is left, the store is away, or `signal` says so. */
export async function drainPurges(deps: Destroying, signal?: AbortSignal): Promise<Drained> {
  const drained = { destroyed: 0, failed: 0 };
  const away = new AbortController();
  const lane = async () => {
    while (!signal?.aborted && !away.signal.aborted) {
      const claimed = await claimDue(deps);
      if (claimed.length === 0) return;
      const done = await destroyBatch(deps, claimed, away);
      drained.destroyed += done;
      drained.failed += claimed.length - done;
    }
  };
  await Promise.all(Array.from({ length: LANES }, lane));
  return drained;
}

/**
 * Takes due rows for this process alone. `retryAt` is the claim; `dueAt` never moves, because whoever spares bytes judges by it. Rows that
 * another transaction holds, such as one that spares them, are passed over.
 */
function claimDue({ db, clock }: Destroying): Promise<Claimed[]> {
  const now = clock.now();
  return db.$queryRaw<Claimed[]>`
    WITH due AS MATERIALIZED (
      SELECT id FROM "Purge" WHERE "dueAt" <= ${now}::timestamptz AND ("retryAt" IS NULL OR "retryAt" <= ${now}::timestamptz)
      ORDER BY "dueAt" LIMIT ${BATCH} FOR UPDATE SKIP LOCKED
    )
    UPDATE "Purge" p SET tries = p.tries + 1, "retryAt" = ${after(clock, LEASE_SECONDS)}::timestamptz FROM due
    WHERE p.id = due.id RETURNING p.id, p.storage, p.prefix, p."fileId", p."multipartId"`;
}

/** All together; where that fails, one by one, so that one row that cannot be done does not keep the others. */
async function destroyBatch(
  deps: Destroying,
  claimed: readonly Claimed[],
  away: AbortController,
): Promise<number> {
  try {
    return await destroy(deps, claimed);
  } catch (cause) {
    deps.log.warn("Bytes could not be destroyed together; trying them one by one.", {
      reason: reasonOf(cause),
    });
  }
  let done = 0;
  let failures = 0;
  for (const [index, purge] of claimed.entries()) {
    try {
      done += await destroy(deps, [purge]);
      failures = 0;
    } catch (cause) {
      await postpone(deps, [purge]);
      failures += 1;
      if (failures < AWAY) continue;
      deps.log.warn("The store is away; what is left of the purges waits.", { reason: reasonOf(cause) });
      away.abort();
      await release(deps, claimed.slice(index + 1));
      break;
    }
  }
  return done;
}

/** Rows that were claimed and not tried: anybody's, at once. */
async function release({ db }: Destroying, purges: readonly Claimed[]): Promise<void> {
  await db.purge.updateMany({ where: { id: { in: purges.map(({ id }) => id) } }, data: { retryAt: null } });
}

import { secondsFromNow } from "../app-context";
import { safeErrorReason } from "../observability/safe-error-reason";
import { type ClaimedPurge, type PurgeContext, executeClaimedPurges, PURGE_LEASE_SECONDS, postponePurges } from "./execute-claimed-purges";

export type DuePurgeResult = {
  /** Rows whose bytes are gone. */
  destroyed: number;
  /** Rows that failed, or whose addresses the caches have not forgotten yet; they are tried again later. */
  failed: number;
};

const BATCH_SIZE = 250;
const WORKERS = 3;
/** So many rows in a row that fail by themselves, and it is the store that is away. */
const MAX_CONSECUTIVE_FAILURES = 3;

/** Carries out every purge whose time has come, a batch at a time, until none is left, the store is away, or `signal` says so. */
export async function executeDuePurges(deps: PurgeContext, signal?: AbortSignal): Promise<DuePurgeResult> {
  const drained = { destroyed: 0, failed: 0 };
  const away = new AbortController();
  const lane = async () => {
    while (!signal?.aborted && !away.signal.aborted) {
      const claimed = await claimDuePurges(deps);
      if (claimed.length === 0) return;
      const done = await executeBatch(deps, claimed, away);
      drained.destroyed += done;
      drained.failed += claimed.length - done;
    }
  };
  await Promise.all(Array.from({ length: WORKERS }, lane));
  return drained;
}

/**
 * Takes due rows for this process alone. `retryAt` is the claim; `dueAt` never moves, because whoever spares bytes judges by it. Rows that
 * another transaction holds, such as one that spares them, are passed over.
 */
function claimDuePurges({ db, clock }: PurgeContext): Promise<ClaimedPurge[]> {
  const now = clock.now();
  return db.$queryRaw<ClaimedPurge[]>`
    WITH due AS MATERIALIZED (
      SELECT id FROM "Purge" WHERE "dueAt" <= ${now}::timestamptz AND ("retryAt" IS NULL OR "retryAt" <= ${now}::timestamptz)
      ORDER BY "dueAt" LIMIT ${BATCH_SIZE} FOR UPDATE SKIP LOCKED
    )
    UPDATE "Purge" p SET tries = p.tries + 1, "retryAt" = ${secondsFromNow(clock, PURGE_LEASE_SECONDS)}::timestamptz FROM due
    WHERE p.id = due.id RETURNING p.id, p.storage, p.prefix, p."fileId", p."multipartId"`;
}

/** All together; where that fails, one by one, so that one row that cannot be done does not keep the others. */
async function executeBatch(
  deps: PurgeContext,
  claimed: readonly ClaimedPurge[],
  away: AbortController,
): Promise<number> {
  try {
    return await executeClaimedPurges(deps, claimed);
  } catch (cause) {
    deps.log.warn("Bytes could not be destroyed together; trying them one by one.", {
      reason: safeErrorReason(cause),
    });
  }
  let done = 0;
  let failures = 0;
  for (const [index, purge] of claimed.entries()) {
    try {
      done += await executeClaimedPurges(deps, [purge]);
      failures = 0;
    } catch (cause) {
      await postponePurges(deps, [purge]);
      failures += 1;
      if (failures < MAX_CONSECUTIVE_FAILURES) continue;
      deps.log.warn("The store is away; what is left of the purges waits.", { reason: safeErrorReason(cause) });
      away.abort();
      await releasePurges(deps, claimed.slice(index + 1));
      break;
    }
  }
  return done;
}

/** Rows that were claimed and not tried: anybody's, at once. */
async function releasePurges({ db }: PurgeContext, purges: readonly ClaimedPurge[]): Promise<void> {
  await db.purge.updateMany({ where: { id: { in: purges.map(({ id }) => id) } }, data: { retryAt: null } });
}

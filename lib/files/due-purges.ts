import { secondsFromNow } from "../app-context";
import { safeErrorReason } from "../observability/safe-error-reason";
import {
  type ClaimedPurge,
  executeClaimedPurges,
  PURGE_LEASE_SECONDS,
  type PurgeContext,
  postponePurges,
} from "./execute-claimed-purges";

export type DuePurgeResult = {
  /** Rows whose bytes are deleted. */
  destroyed: number;
  /** Rows that failed, or that wait for the CDN; a later run tries them again. */
  failed: number;
};

const BATCH_SIZE = 250;
const WORKERS = 3;
/** After this many failures of single rows in sequence the store counts as unavailable. */
const MAX_CONSECUTIVE_FAILURES = 3;

/**
 * Executes every due purge, in batches. Stops when none is left, when the store is unavailable, or
 * when `signal` is aborted.
 */
export async function executeDuePurges(context: PurgeContext, signal?: AbortSignal): Promise<DuePurgeResult> {
  const result = { destroyed: 0, failed: 0 };
  const storeUnavailable = new AbortController();
  const worker = async () => {
    while (!signal?.aborted && !storeUnavailable.signal.aborted) {
      const claimed = await claimDuePurges(context);
      if (claimed.length === 0) return;
      const done = await executeBatch(context, claimed, storeUnavailable);
      result.destroyed += done;
      result.failed += claimed.length - done;
    }
  };
  await Promise.all(Array.from({ length: WORKERS }, worker));
  return result;
}

/**
 * Claims due rows for this process. `retryAt` is the claim; `dueAt` never changes, because
 * `cancelPurge` depends on it. Skips rows that another transaction has locked, such as one that
 * cancels them.
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

/**
 * Executes the rows together. After a failure it tries them one by one, so that one bad row does
 * not block the rest.
 */
async function executeBatch(
  context: PurgeContext,
  claimed: readonly ClaimedPurge[],
  storeUnavailable: AbortController,
): Promise<number> {
  try {
    return await executeClaimedPurges(context, claimed);
  } catch (error) {
    context.log.warn("A batch of purges failed. Each one is tried alone now.", {
      reason: safeErrorReason(error),
    });
  }
  let done = 0;
  let failures = 0;
  for (const [index, purge] of claimed.entries()) {
    try {
      done += await executeClaimedPurges(context, [purge]);
      failures = 0;
    } catch (error) {
      await postponePurges(context, [purge]);
      failures += 1;
      if (failures < MAX_CONSECUTIVE_FAILURES) continue;
      context.log.warn("The store is unavailable. The remaining purges wait for the next run.", {
        reason: safeErrorReason(error),
      });
      storeUnavailable.abort();
      await releasePurges(context, claimed.slice(index + 1));
      break;
    }
  }
  return done;
}

/** Releases rows that were claimed and not tried: any process may claim them at once. */
async function releasePurges({ db }: PurgeContext, purges: readonly ClaimedPurge[]): Promise<void> {
  await db.purge.updateMany({ where: { id: { in: purges.map(({ id }) => id) } }, data: { retryAt: null } });
}

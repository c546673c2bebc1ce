import type { AppContext } from "../app-context";

const BATCH_SIZE = 1000;

/**
 * Stores `expired` for approvals past their date. Everything already shows them as expired, see
 * `statusAt`. Stored, they do not lie before the valid approvals in the index, where each page of
 * the queue would read them. Returns how many it changed.
 */
export async function expireApprovals(
  { db, clock }: Pick<AppContext, "db" | "clock">,
  signal?: AbortSignal,
): Promise<number> {
  let expired = 0;
  while (!signal?.aborted) {
    // In batches without waiting: a reviewer who decides at this moment holds a lock.
    const count = await db.$executeRaw`
      UPDATE "File" SET status = 'expired' WHERE id IN (
        SELECT id FROM "File" WHERE status = 'approved' AND "validUntil" <= ${clock.now()}
        ORDER BY "validUntil" LIMIT ${BATCH_SIZE} FOR UPDATE SKIP LOCKED)`;
    expired += count;
    if (count < BATCH_SIZE) break;
  }
  return expired;
}

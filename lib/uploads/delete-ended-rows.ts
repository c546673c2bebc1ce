import { type AppContext, secondsFromNow } from "../app-context";

const BATCH_SIZE = 2000;
/** An ended upload repeats its response for as long as an idempotency key is valid. Seconds. */
const ENDED_UPLOAD_SECONDS = 24 * 3600;

/**
 * Deletes rows that no request can use any more: throttles and sessions past their time, and ended
 * uploads a day past their ticket's time. Returns the number of rows.
 */
export async function deleteEndedRows({ db, clock }: AppContext, signal?: AbortSignal): Promise<number> {
  const now = clock.now();
  const before = secondsFromNow(clock, -ENDED_UPLOAD_SECONDS);
  const deleteBatch = [
    () => db.$executeRaw`
      DELETE FROM "Throttle" WHERE key IN (
        SELECT key FROM "Throttle" WHERE "windowEndsAt" <= ${now} LIMIT ${BATCH_SIZE} FOR UPDATE SKIP LOCKED)`,
    () => db.$executeRaw`
      DELETE FROM "Session" WHERE id IN (
        SELECT id FROM "Session" WHERE "expiresAt" <= ${now} LIMIT ${BATCH_SIZE} FOR UPDATE SKIP LOCKED)`,
    () => db.$executeRaw`
      DELETE FROM "Upload" WHERE id IN (
        SELECT id FROM "Upload"
        WHERE state IN ('completed', 'refused', 'aborted', 'expired') AND "expiresAt" < ${before}
        LIMIT ${BATCH_SIZE} FOR UPDATE SKIP LOCKED)`,
  ];
  let deleted = 0;
  for (const next of deleteBatch) {
    for (let last = BATCH_SIZE; last === BATCH_SIZE && !signal?.aborted; deleted += last) last = await next();
  }
  return deleted;
}

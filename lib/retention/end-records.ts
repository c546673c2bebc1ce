import type { AppContext } from "../app-context";
import { instantBefore } from "../clock";
import { safeErrorReason } from "../observability/safe-error-reason";
import { type EndingLife, RECORDS } from "./records";

type RecordContext = Pick<AppContext, "db" | "clock" | "log" | "mail">;

const BATCH_SIZE = 1000;

/**
 * Ends every record of the list whose life is over, in batches. A kind that fails does not keep the
 * others. Safe while another run does the same. Stops early when `signal` is aborted.
 */
export async function endRecords(
  context: RecordContext,
  signal?: AbortSignal,
): Promise<{ removed: number; failed: number }> {
  const result = { removed: 0, failed: 0 };
  for (const { places, life } of RECORDS) {
    if (!("end" in life)) continue;
    try {
      result.removed += await endInBatches(context, life, signal);
    } catch (error) {
      result.failed += 1;
      const facts = { places: places.join(", "), reason: safeErrorReason(error) };
      context.log.warn("Records were not deleted after their life. The next run tries it again.", facts);
    }
  }
  return result;
}

async function endInBatches(
  context: RecordContext,
  { for: duration, end }: EndingLife,
  signal?: AbortSignal,
): Promise<number> {
  const now = context.clock.now();
  const until = instantBefore(now, duration);
  let removed = 0;
  for (let last = BATCH_SIZE; last === BATCH_SIZE && !signal?.aborted; removed += last)
    last = await end(context, { now, until, limit: BATCH_SIZE });
  return removed;
}

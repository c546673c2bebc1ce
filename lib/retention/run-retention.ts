import type { AppContext } from "../app-context";
import { executeDuePurges } from "../files/due-purges";
import { newId } from "../id";
import { safeErrorReason } from "../observability/safe-error-reason";
import { finishErasures } from "../rights/finish-erasures";
import { startErasures } from "../rights/start-erasures";
import { dateFiles } from "./date-files";
import { countDueFiles, destroyDueFiles } from "./destroy-due-files";
import { endRecords } from "./end-records";
import { deleteEndedTombstones } from "./end-tombstones";
import { expireApprovals } from "./expire-approvals";
import { replayTombstones } from "./replay";

export type RetentionResult = {
  /** Destroyed files that a restored backup had brought back. */
  replayed: number;
  /** Files that got a date by a new or changed rule. */
  dated: number;
  /** Approvals whose last day is over. */
  expired: number;
  /** Files whose retention has ended. */
  ended: number;
  /** Purges that are done: the bytes do not exist any more. */
  destroyed: number;
  /** Rows and files of other records that were deleted or made anonymous after their life. */
  removed: number;
  /** Purges, kinds of records and replays that failed. A later run tries them again. */
  failed: number;
  /** Files that are due and still there. */
  left: number;
  /** People who asked for it and whose name and address are erased. */
  erased: number;
};

/**
 * Carries out the dates: expires approvals, ends the retention of files, erases the accounts of
 * people who asked for it, deletes the bytes, and ends every other record after its life. Destroys
 * again what a restored database has brought back. Records the run.
 * Safe while requests or another run work. Stops early when `signal` is aborted.
 */
export async function runRetention(context: AppContext, signal?: AbortSignal): Promise<RetentionResult> {
  const { db, clock } = context;
  const id = newId();
  await db.retentionRun.create({ data: { id, startedAt: clock.now() } });
  const { replayed, failed: failedReplays } = await replayAndEndTombstones(context, signal);
  const dated = await dateFiles(context, signal);
  const expired = await expireApprovals(context, signal);
  const ended = await destroyDueFiles(context, signal);
  // Before the purges, which may take all the time: the other jobs carry them out as well.
  const { removed, failed: failedRecords } = await endRecords(context, signal);
  await startErasures(context, signal);
  const { destroyed, failed: failedPurges } = await executeDuePurges(context, signal);
  const erased = await finishErasures(context, signal);
  const failed = failedPurges + failedRecords + failedReplays;
  const left = await countDueFiles(context);
  const result = { replayed, dated, expired, ended, destroyed, removed, failed, left };
  await db.retentionRun.update({ where: { id }, data: { ...result, endedAt: clock.now() } });
  return { ...result, erased };
}

/** A failure must not fail the rest of the run. */
async function replayAndEndTombstones(
  context: AppContext,
  signal?: AbortSignal,
): Promise<{ replayed: number; failed: number }> {
  try {
    const { replayed } = await replayTombstones(context, signal);
    await deleteEndedTombstones(context, signal);
    return { replayed, failed: 0 };
  } catch (error) {
    context.log.warn("The tombstones were not compared with the database. The next run does it.", {
      reason: safeErrorReason(error),
    });
    return { replayed: 0, failed: 1 };
  }
}

import type { AppContext } from "../app-context";
import { executeDuePurges } from "../files/due-purges";
import { newId } from "../id";
import { dateFiles } from "./date-files";
import { countDueFiles, destroyDueFiles } from "./destroy-due-files";
import { endRecords } from "./end-records";
import { expireApprovals } from "./expire-approvals";

export type RetentionResult = {
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
  /** Purges and kinds of records that failed. A later run tries them again. */
  failed: number;
  /** Files that are due and still there. */
  left: number;
};

/**
 * Carries out the dates: expires approvals, ends the retention of files and deletes their bytes.
 * Ends every other record after its life.
 * Records the run.
 * Safe while requests or another run work. Stops early when `signal` is aborted.
 */
export async function runRetention(context: AppContext, signal?: AbortSignal): Promise<RetentionResult> {
  const { db, clock } = context;
  const id = newId();
  await db.retentionRun.create({ data: { id, startedAt: clock.now() } });
  const dated = await dateFiles(context, signal);
  const expired = await expireApprovals(context, signal);
  const ended = await destroyDueFiles(context, signal);
  // Before the purges, which may take all the time: the other jobs carry them out as well.
  const { removed, failed: failedRecords } = await endRecords(context, signal);
  const { destroyed, failed: failedPurges } = await executeDuePurges(context, signal);
  const failed = failedRecords + failedPurges;
  const result = { dated, expired, ended, destroyed, removed, failed, left: await countDueFiles(context) };
  await db.retentionRun.update({ where: { id }, data: { ...result, endedAt: clock.now() } });
  return result;
}

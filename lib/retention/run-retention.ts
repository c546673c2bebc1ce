import type { AppContext } from "../app-context";
import { executeDuePurges } from "../files/due-purges";
import { newId } from "../id";
import { finishErasures } from "../rights/finish-erasures";
import { startErasures } from "../rights/start-erasures";
import { dateFiles } from "./date-files";
import { countDueFiles, destroyDueFiles } from "./destroy-due-files";
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
  /** Purges that failed. A later run tries them again. */
  failed: number;
  /** Files that are due and still there. */
  left: number;
  /** People who asked for it and whose name and address are erased. */
  erased: number;
};

/**
 * Carries out the dates: expires approvals, ends the retention of files, erases the accounts of
 * people who asked for it, and deletes the bytes. Records the run.
 * Safe while requests or another run work. Stops early when `signal` is aborted.
 */
export async function runRetention(context: AppContext, signal?: AbortSignal): Promise<RetentionResult> {
  const { db, clock } = context;
  const id = newId();
  await db.retentionRun.create({ data: { id, startedAt: clock.now() } });
  const dated = await dateFiles(context, signal);
  const expired = await expireApprovals(context, signal);
  const ended = await destroyDueFiles(context, signal);
  await startErasures(context, signal);
  const { destroyed, failed } = await executeDuePurges(context, signal);
  const erased = await finishErasures(context, signal);
  const result = { dated, expired, ended, destroyed, failed, left: await countDueFiles(context) };
  await db.retentionRun.update({ where: { id }, data: { ...result, endedAt: clock.now() } });
  return { ...result, erased };
}

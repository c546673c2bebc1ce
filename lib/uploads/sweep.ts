import { type AppContext, secondsFromNow } from "../app-context";
import { publishTrailHeads } from "../audit/publish-heads";
import { closeEarlierChain } from "../audit/verify-earlier-chain";
import { executeDuePurges } from "../files/due-purges";
import { syncOverduePublications, whereSyncOverdue } from "../files/sync-overdue-publications";
import { safeErrorReason } from "../observability/safe-error-reason";
import { abortAbandonedMultipartUploads, listAbandonedMultipartUploads } from "./abandoned-multipart-uploads";
import { expireAbandonedUploads } from "./expire";

/** Counts of what is due now. */
export type PendingWork = {
  /** Uploads that were never completed. */
  uploads: number;
  purges: number;
  /** Pictures whose publication is out of sync with the visibility flags. */
  publications: number;
};

export type SweepResult = {
  expired: number;
  destroyed: number;
  settled: number;
  /** Multipart uploads that the store has aborted. */
  aborted: number;
  /** Heads of the audit trail that were published in the private storage. */
  heads: number;
  /** Purges, syncs, multipart uploads and heads that failed; a later sweep tries them again. */
  failed: number;
  left: PendingWork;
};

/**
 * Completes or undoes abandoned work: expires uploads, syncs publications, executes purges, aborts
 * multipart uploads, publishes the heads of the audit trail. Safe while
 * requests, completions or another sweep run. Its memory use does not grow with the work. Stops
 * early when `signal` is aborted.
 */
export async function sweep(context: AppContext, signal?: AbortSignal): Promise<SweepResult> {
  const expired = await expireAbandonedUploads(context, signal);
  const { settled, failed: failedSyncs } = await syncOverduePublications(context, signal);
  // After everything that schedules purges, so that one sweep is enough.
  const { destroyed, failed: failedPurges } = await executeDuePurges(context, signal);
  const { aborted, failed: failedAborts } = await abortAbandonedMultipartUploads(context, signal);
  await removeStaleTempFiles(context);
  // After the purges, whose receipts are entries too.
  const { heads, failed: failedHeads } = await secureTrail(context, signal);
  return {
    expired,
    destroyed,
    settled,
    aborted,
    heads,
    failed: failedPurges + failedSyncs + failedAborts + failedHeads,
    left: await countPendingWork(context),
  };
}

/** Publishes the heads of the audit trail. A failure must not fail the rest of the sweep. */
async function secureTrail(
  context: AppContext,
  signal?: AbortSignal,
): Promise<{ heads: number; failed: number }> {
  try {
    await closeEarlierChain(context);
    return { heads: await publishTrailHeads(context, signal), failed: 0 };
  } catch (error) {
    context.log.warn("The heads of the audit trail were not published. The sweep tries it again.", {
      reason: safeErrorReason(error),
    });
    return { heads: 0, failed: 1 };
  }
}

/** Removes half-written files of processes that ended longer ago than the grace. */
async function removeStaleTempFiles({ storages, clock, limits }: AppContext): Promise<void> {
  const before = secondsFromNow(clock, -limits.sweepGrace);
  await Promise.all([
    storages.public.removeStaleTempFiles(before),
    storages.private.removeStaleTempFiles(before),
  ]);
}

/**
 * Does the part of a sweep that members wait for: visibility changes and deletions left by
 * requests.
 */
export async function runFrequentWork(
  context: AppContext,
  signal?: AbortSignal,
): Promise<Pick<SweepResult, "destroyed" | "settled" | "failed" | "left">> {
  const { settled, failed: failedSyncs } = await syncOverduePublications(context, signal);
  const { destroyed, failed: failedPurges } = await executeDuePurges(context, signal);
  return { destroyed, settled, failed: failedPurges + failedSyncs, left: await countPendingWork(context) };
}

/** Counts the due work in the database, including purges that wait for a retry. Changes nothing. */
export async function countPendingWork(context: AppContext): Promise<PendingWork> {
  const { db, clock, limits } = context;
  const before = secondsFromNow(clock, -limits.sweepGrace);
  const [issued, inspecting, purges, publications] = await Promise.all([
    db.upload.count({ where: { state: "issued", expiresAt: { lt: before } } }),
    db.upload.count({
      where: { state: "inspecting", expiresAt: { lt: before }, inspectingUntil: { lt: before } },
    }),
    db.purge.count({ where: { dueAt: { lte: clock.now() } } }),
    db.file.count({ where: whereSyncOverdue(context) }),
  ]);
  return { uploads: issued + inspecting, purges, publications };
}

/** Counts the multipart uploads in the store that a sweep would abort. */
export async function countAbandonedMultipartUploads(context: AppContext): Promise<number> {
  let count = 0;
  for await (const batch of listAbandonedMultipartUploads(context)) count += batch.length;
  return count;
}

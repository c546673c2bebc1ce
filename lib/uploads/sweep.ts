import { secondsFromNow, type AppContext } from "../app-context";
import { executeDuePurges } from "../files/due-purges";
import { syncOverduePublications, whereSyncOverdue } from "../files/sync-overdue-publications";
import { expireAbandonedUploads } from "./expire";
import { listAbandonedMultipartUploads, abortAbandonedMultipartUploads } from "./abandoned-multipart-uploads";

/** What is due at this moment, of each kind. */
export type PendingWork = {
  /** Uploads that were never finished. */
  uploads: number;
  /** Entries in the list of what is to be destroyed. */
  purges: number;
  /** Pictures whose publication is not in line with their flags. */
  publications: number;
};

export type SweepResult = {
  expired: number;
  destroyed: number;
  settled: number;
  /** Attempts in parts that the store has thrown away. */
  aborted: number;
  /** Purges, publications and attempts in parts that did not succeed; they are tried again later. */
  failed: number;
  left: PendingWork;
};

/**
 * Finishes or undoes whatever was begun and abandoned: uploads without an end, publications half-way, bytes that are to go, parts that the store keeps.
 * Safe beside completions, requests and another sweep. Memory does not depend on how much there is. Ends early where `signal` says so.
 */
export async function sweep(deps: AppContext, signal?: AbortSignal): Promise<SweepResult> {
  const expired = await expireAbandonedUploads(deps, signal);
  const { settled, failed: unsettledStill } = await syncOverduePublications(deps, signal);
  // Last of what writes purges, so that one sweep is enough.
  const { destroyed, failed } = await executeDuePurges(deps, signal);
  const { aborted, failed: kept } = await abortAbandonedMultipartUploads(deps, signal);
  await clearScratch(deps);
  return {
    expired,
    destroyed,
    settled,
    aborted,
    failed: failed + unsettledStill + kept,
    left: await countPendingWork(deps),
  };
}

/** What processes that were killed had half-written, longer ago than anything that still moves. */
async function clearScratch({ storages, clock, limits }: AppContext): Promise<void> {
  const before = secondsFromNow(clock, -limits.sweepGrace);
  await Promise.all([storages.public.removeStaleTempFiles(before), storages.private.removeStaleTempFiles(before)]);
}

/** What runs often, because somebody waits for it: flags and destruction that a request could not finish. */
export async function runFrequentWork(
  deps: AppContext,
  signal?: AbortSignal,
): Promise<Pick<SweepResult, "destroyed" | "settled" | "failed" | "left">> {
  const { settled, failed: unsettledStill } = await syncOverduePublications(deps, signal);
  const { destroyed, failed } = await executeDuePurges(deps, signal);
  return { destroyed, settled, failed: failed + unsettledStill, left: await countPendingWork(deps) };
}

/** Changes nothing. A purge that waits for another try is due, too. */
export async function countPendingWork(deps: AppContext): Promise<PendingWork> {
  const { db, clock, limits } = deps;
  const before = secondsFromNow(clock, -limits.sweepGrace);
  const [issued, inspecting, purges, publications] = await Promise.all([
    db.upload.count({ where: { state: "issued", expiresAt: { lt: before } } }),
    db.upload.count({
      where: { state: "inspecting", expiresAt: { lt: before }, inspectingUntil: { lt: before } },
    }),
    db.purge.count({ where: { dueAt: { lte: clock.now() } } }),
    db.file.count({ where: whereSyncOverdue(deps) }),
  ]);
  return { uploads: issued + inspecting, purges, publications };
}

/** What a sweep would find in the store alone: attempts in parts that no living upload speaks of. */
export async function countAbandonedMultipartUploads(deps: AppContext): Promise<number> {
  let count = 0;
  for await (const attempts of listAbandonedMultipartUploads(deps)) count += attempts.length;
  return count;
}

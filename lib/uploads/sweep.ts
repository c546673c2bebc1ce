import { after, type Deps } from "../deps";
import { drainPurges } from "../files/due-purges";
import { settleOverdue, unsettled } from "../files/settle-overdue";
import { expireAbandoned } from "./expire";
import { abandonedAttempts, abortAbandoned } from "./unfinished";

/** What is due at this moment, of each kind. */
export type Due = {
  /** Uploads that were never finished. */
  uploads: number;
  /** Entries in the list of what is to be destroyed. */
  purges: number;
  /** Pictures whose publication is not in line with their flags. */
  publications: number;
};

export type Swept = {
  expired: number;
  destroyed: number;
  settled: number;
  /** Attempts in parts that the store has thrown away. */
  aborted: number;
  /** Purges, publications and attempts in parts that did not succeed; they are tried again later. */
  failed: number;
  left: Due;
};

/**
 * Finishes or undoes whatever was begun and abandoned: uploads without an end, publications half-way, bytes that are to go, parts that the store keeps.
 * Safe beside completions, requests and another sweep. Memory does not depend on how much there is. Ends early where `signal` says so.
 */
export async function sweep(deps: Deps, signal?: AbortSignal): Promise<Swept> {
  const expired = await expireAbandoned(deps, signal);
  const { settled, failed: unsettledStill } = await settleOverdue(deps, signal);
  // Last of what writes purges, so that one sweep is enough.
  const { destroyed, failed } = await drainPurges(deps, signal);
  const { aborted, failed: kept } = await abortAbandoned(deps, signal);
  await clearScratch(deps);
  return {
    expired,
    destroyed,
    settled,
    aborted,
    failed: failed + unsettledStill + kept,
    left: await due(deps),
  };
}

/** What processes that were killed had half-written, longer ago than anything that still moves. */
async function clearScratch({ storages, clock, limits }: Deps): Promise<void> {
  const before = after(clock, -limits.sweepGrace);
  await Promise.all([storages.public.clearScratch(before), storages.private.clearScratch(before)]);
}

/** What runs often, because somebody waits for it: flags and destruction that a request could not finish. */
export async function work(
  deps: Deps,
  signal?: AbortSignal,
): Promise<Pick<Swept, "destroyed" | "settled" | "failed" | "left">> {
  const { settled, failed: unsettledStill } = await settleOverdue(deps, signal);
  const { destroyed, failed } = await drainPurges(deps, signal);
  return { destroyed, settled, failed: failed + unsettledStill, left: await due(deps) };
}

/** Changes nothing. A purge that waits for another try is due, too. */
export async function due(deps: Deps): Promise<Due> {
  const { db, clock, limits } = deps;
  const before = after(clock, -limits.sweepGrace);
  const [issued, inspecting, purges, publications] = await Promise.all([
    db.upload.count({ where: { state: "issued", expiresAt: { lt: before } } }),
    db.upload.count({
      where: { state: "inspecting", expiresAt: { lt: before }, inspectingUntil: { lt: before } },
    }),
    db.purge.count({ where: { dueAt: { lte: clock.now() } } }),
    db.file.count({ where: unsettled(deps) }),
  ]);
  return { uploads: issued + inspecting, purges, publications };
}

/** What a sweep would find in the store alone: attempts in parts that no living upload speaks of. */
export async function countAbandoned(deps: Deps): Promise<number> {
  let count = 0;
  for await (const attempts of abandonedAttempts(deps)) count += attempts.length;
  return count;
}

import type { Tx } from "../db/client";
import { secondsFromNow } from "../app-context";
import { Problem } from "../errors";
import { newId } from "../id";
import { safeErrorReason } from "../observability/safe-error-reason";
import type { StorageClass } from "../storage/storage";
import { type PurgeContext, executeClaimedPurges, PURGE_LEASE_SECONDS, postponePurges } from "./execute-claimed-purges";

/** Why a file's bytes go; the receipt says it. `unused`: they were made for the file, and never became part of it. */
export type PurgeReason = "withdrawn" | "superseded" | "hidden" | "recropped" | "retention" | "unused";

/** Everything below `prefix` in a storage, or the one object of that key, with the unfinished parts that are bound for it. */
export type PurgeTarget = {
  storage: StorageClass;
  prefix: string;
  multipartId?: string;
  /** Whose bytes they are: their end is entered in the audit trail. */
  fileId?: string;
  reason?: PurgeReason;
};

/**
 * Writes down that bytes are to be destroyed. Two uses: with the change that leaves them without an owner (`due` now), and ahead of
 * writing them, so that a crash leaves nothing unknown (`due` after the grace); the commit that adopts the bytes then `spare`s them.
 */
export async function schedulePurge(
  db: Tx,
  { clock }: Pick<PurgeContext, "clock">,
  doomed: readonly PurgeTarget[],
  inSeconds = 0,
): Promise<string[]> {
  const rows = doomed.map((each) => ({
    id: newId(),
    ...each,
    dueAt: secondsFromNow(clock, inSeconds),
    createdAt: clock.now(),
  }));
  if (rows.length > 0) await db.purge.createMany({ data: rows });
  return rows.map(({ id }) => id);
}

/** What was doomed ahead is due, or somebody has begun to destroy it, by whatever clock: it must not be pointed at. */
class PurgeStartedError extends Problem {
  constructor() {
    super("conflict", "This took too long. Please try again.");
  }
}

/** Adopts bytes that were doomed ahead. Errors: conflict, where it is too late for that. */
export async function cancelPurge(
  db: Tx,
  { clock }: Pick<PurgeContext, "clock">,
  purges: readonly string[],
): Promise<void> {
  const { count } = await db.purge.deleteMany({
    where: { id: { in: [...purges] }, dueAt: { gt: clock.now() }, tries: 0 },
  });
  if (count !== purges.length) throw new PurgeStartedError();
}

/**
 * Carries purges out now, whoever else is at them. Fails with `unavailable` where the store is away; the rows are still there then, and a sweep
 * will finish. Where only the caches are away it succeeds: the bytes are gone, and the sweep goes on telling the caches.
 */
export async function executePurges(deps: PurgeContext, purges: readonly string[]): Promise<void> {
  if (purges.length === 0) return;
  // Waits for a transaction that is about to spare one of them, rather than destroy what it adopts.
  const claimed = await deps.db.purge.updateManyAndReturn({
    where: { id: { in: [...purges] } },
    data: { tries: { increment: 1 }, retryAt: secondsFromNow(deps.clock, PURGE_LEASE_SECONDS) },
  });
  try {
    await executeClaimedPurges(deps, claimed);
  } catch (thrown) {
    await postponePurges(deps, claimed);
    throw thrown;
  }
}

/** What is due of a file's bytes and still there, because the store was away or whoever wrote it down ended first. */
export async function findDuePurgeIds(
  { db, clock }: Pick<PurgeContext, "db" | "clock">,
  fileId: string,
): Promise<string[]> {
  const rows = await db.purge.findMany({
    where: { fileId, dueAt: { lte: clock.now() } },
    select: { id: true },
  });
  return rows.map(({ id }) => id);
}

/** Bytes that were doomed before they were written, and the rows that say so. */
export type PendingWrite = { purgeTargets: readonly PurgeTarget[]; purgeIds: readonly string[] };

/**
 * Drops what was doomed ahead, after a failure. Where the store itself was away it is not asked again: whoever waits for the answer has waited as long
 * as it may take, and the sweep finds the rows. Where it was too late they may be gone already, carried out by somebody whose clock runs ahead; what
 * was written after that would belong to nobody, and is doomed anew. In no other case: a commit whose answer was lost has removed them as well.
 */
export async function discardPending(
  deps: PurgeContext,
  { purgeTargets: doomed, purgeIds: dooms }: PendingWrite,
  because: unknown,
): Promise<void> {
  if (because instanceof Problem && because.code === "unavailable") return;
  const anew = because instanceof PurgeStartedError ? await deps.db.$transaction((tx) => schedulePurge(tx, deps, doomed)) : [];
  await tryExecutePurges(deps, [...dooms, ...anew]);
}

/** Carries purges out where the answer does not depend on it; what fails is left to the sweep, which finds the rows. */
export async function tryExecutePurges(deps: PurgeContext, purges: readonly string[]): Promise<void> {
  try {
    await executePurges(deps, purges);
  } catch (cause) {
    deps.log.warn("Bytes could not be destroyed yet; the sweep will do it.", { reason: safeErrorReason(cause) });
  }
}

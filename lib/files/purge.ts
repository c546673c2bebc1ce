import { secondsFromNow } from "../app-context";
import type { Tx } from "../db/client";
import { Problem } from "../errors";
import { newId } from "../id";
import { safeErrorReason } from "../observability/safe-error-reason";
import type { StorageClass } from "../storage/storage";
import {
  executeClaimedPurges,
  PURGE_LEASE_SECONDS,
  type PurgeContext,
  postponePurges,
} from "./execute-claimed-purges";

/** Why bytes are deleted; the receipt contains it. `unused`: they never became part of the file. */
export type PurgeReason =
  | "withdrawn"
  | "superseded"
  | "hidden"
  | "recropped"
  | "retention"
  | "erasure"
  | "unused";

/** All objects under a prefix, or the object of one key with its multipart upload. */
export type PurgeTarget = {
  storage: StorageClass;
  prefix: string;
  multipartId?: string;
  /** The file of the bytes. The audit trail gets a receipt of their deletion. */
  fileId?: string;
  reason?: PurgeReason;
};

/**
 * Schedules the deletion of bytes. There are two uses: due now, in the transaction that drops the
 * last reference to them; and due later, before the bytes are written, so that a crash leaves no
 * unknown object. In the second case the commit cancels the purge. Returns the ids.
 */
export async function schedulePurge(
  tx: Tx,
  { clock }: Pick<PurgeContext, "clock">,
  targets: readonly PurgeTarget[],
  inSeconds = 0,
): Promise<string[]> {
  const rows = targets.map((target) => ({
    id: newId(),
    ...target,
    dueAt: secondsFromNow(clock, inSeconds),
    createdAt: clock.now(),
  }));
  if (rows.length > 0) await tx.purge.createMany({ data: rows });
  return rows.map(({ id }) => id);
}

/**
 * A pending purge is due or has started, by the clock of any process: no row may reference the
 * bytes.
 */
class PurgeStartedError extends Problem {
  constructor() {
    super("conflict", "This took too long. Please try again.");
  }
}

/**
 * Cancels pending purges, in the transaction that commits the bytes. Errors: conflict, if one has
 * started.
 */
export async function cancelPurge(
  tx: Tx,
  { clock }: Pick<PurgeContext, "clock">,
  purgeIds: readonly string[],
): Promise<void> {
  const { count } = await tx.purge.deleteMany({
    where: { id: { in: [...purgeIds] }, dueAt: { gt: clock.now() }, tries: 0 },
  });
  if (count !== purgeIds.length) throw new PurgeStartedError();
}

/**
 * Executes purges now, even if another process has claimed them. If only the CDN is unavailable it
 * succeeds, and the sweep repeats the CDN purge.
 * Errors: unavailable, if the store is; the rows then stay for the sweep.
 */
export async function executePurges(context: PurgeContext, purgeIds: readonly string[]): Promise<void> {
  if (purgeIds.length === 0) return;
  // The update waits for a transaction that is about to cancel one of them.
  const claimed = await context.db.purge.updateManyAndReturn({
    where: { id: { in: [...purgeIds] } },
    data: { tries: { increment: 1 }, retryAt: secondsFromNow(context.clock, PURGE_LEASE_SECONDS) },
  });
  try {
    await executeClaimedPurges(context, claimed);
  } catch (error) {
    await postponePurges(context, claimed);
    throw error;
  }
}

/** Lists a file's due purges that an earlier request left behind, after a failure or a crash. */
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

/** Bytes that are scheduled for purge before they are written, and the ids of those purges. */
export type PendingWrite = { purgeTargets: readonly PurgeTarget[]; purgeIds: readonly string[] };

/**
 * Discards the pending bytes after a failure.
 *
 * - If the store was unavailable it does nothing: the client has waited long enough, and the sweep
 *   finds the rows.
 * - If the purge has started, another process may have executed it before the last byte was
 *   written. A new purge deletes such bytes. No other failure needs one: after a commit whose
 *   response was lost, the rows are gone and the bytes must stay.
 */
export async function discardPending(
  context: PurgeContext,
  { purgeTargets, purgeIds }: PendingWrite,
  cause: unknown,
): Promise<void> {
  if (cause instanceof Problem && cause.code === "unavailable") return;
  const newPurgeIds =
    cause instanceof PurgeStartedError
      ? await context.db.$transaction((tx) => schedulePurge(tx, context, purgeTargets))
      : [];
  await tryExecutePurges(context, [...purgeIds, ...newPurgeIds]);
}

/**
 * Executes purges whose failure does not change the response. The sweep finds the rows of failed
 * ones.
 */
export async function tryExecutePurges(context: PurgeContext, purgeIds: readonly string[]): Promise<void> {
  try {
    await executePurges(context, purgeIds);
  } catch (error) {
    context.log.warn("Bytes could not be deleted. The sweep will do it.", { reason: safeErrorReason(error) });
  }
}

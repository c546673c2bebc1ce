import { type AppContext, secondsFromNow } from "../app-context";
import type { Upload } from "../db/generated/client";
import { Problem } from "../errors";
import { discardPending, type PurgeTarget, schedulePurge, tryExecutePurges } from "../files/purge";
import { newId, randomName } from "../id";
import type { Crop } from "../inspect/crop";
import { safeErrorReason } from "../observability/safe-error-reason";
import { scheduleQuarantinePurge } from "./quarantine";

/** One attempt to complete an upload: what it owns until it is committed or discarded. */
export type CompletionAttempt = {
  id: string;
  upload: Upload;
  /** Bytes in quarantine at the start. The inspection compares them with the declared size. */
  receivedBytes: number;
  prefix: string;
  publicPrefix: string;
  purgeTargets: readonly PurgeTarget[];
  purgeIds: readonly string[];
};

/** After these seconds without a renewal, another attempt may start: the process has ended. */
const LEASE_SECONDS = 20;
const RENEWAL_SECONDS = 5;

/**
 * Starts the inspection of an upload. The same transaction schedules a purge of the keys that the
 * attempt will write. Null if another attempt has started or the upload has ended.
 */
export async function startInspection(
  context: AppContext,
  upload: Upload,
  receivedBytes: number,
  crop: Crop | undefined,
): Promise<CompletionAttempt | null> {
  const { db, clock, limits } = context;
  const id = newId();
  const prefix = `files/${randomName()}/`;
  const publicPrefix = `pictures/${randomName()}/`;
  const purgeTargets: PurgeTarget[] = [
    { storage: "private", prefix },
    { storage: "public", prefix: publicPrefix },
  ];
  return db.$transaction(async (tx) => {
    const { count } = await tx.upload.updateMany({
      where: {
        id: upload.id,
        OR: [{ state: "issued" }, { state: "inspecting", inspectingUntil: { lte: clock.now() } }],
      },
      data: {
        state: "inspecting",
        attemptId: id,
        inspectingUntil: secondsFromNow(clock, LEASE_SECONDS),
        ...(crop ? { crop } : {}),
      },
    });
    if (count === 0) return null;
    const purgeIds = await schedulePurge(tx, context, purgeTargets, LEASE_SECONDS + limits.sweepGrace);
    return {
      id,
      upload: { ...upload, crop: crop ?? upload.crop },
      receivedBytes,
      prefix,
      publicPrefix,
      purgeTargets,
      purgeIds,
    };
  });
}

/** Selects the upload as long as this attempt holds it. */
export function whereInspectedBy({ id, upload }: CompletionAttempt) {
  return { id: upload.id, state: "inspecting", attemptId: id } as const;
}

/**
 * Renews the lease of an attempt, and postpones the purge of its keys, until the returned function
 * is called or the process ends.
 */
export function keepLease(context: AppContext, attempt: CompletionAttempt): () => void {
  const timer = setInterval(() => void renewLease(context, attempt), RENEWAL_SECONDS * 1000);
  timer.unref();
  return () => clearInterval(timer);
}

/** Renews the lease. Does nothing after another attempt has started or the upload has ended. */
export async function renewLease(
  { db, clock, limits, log }: AppContext,
  attempt: CompletionAttempt,
): Promise<void> {
  const inspectingUntil = secondsFromNow(clock, LEASE_SECONDS);
  const dueAt = secondsFromNow(clock, LEASE_SECONDS + limits.sweepGrace);
  try {
    await db.$transaction(async (tx) => {
      const held = whereInspectedBy(attempt);
      const { count } = await tx.upload.updateMany({ where: held, data: { inspectingUntil } });
      if (count === 0) return;
      await tx.purge.updateMany({
        where: { id: { in: [...attempt.purgeIds] }, tries: 0, dueAt: { gt: clock.now() } },
        data: { dueAt },
      });
    });
  } catch (error) {
    // The lease outlives three failed renewals.
    log.warn("The lease of an inspection could not be renewed.", { reason: safeErrorReason(error) });
  }
}

/** Ends an upload whose bytes are at fault, and deletes them. Errors: conflict. */
export async function refuseUpload(
  context: AppContext,
  attempt: CompletionAttempt,
  problem: Problem,
): Promise<void> {
  const { upload, purgeIds } = attempt;
  const quarantinePurgeIds = await context.db.$transaction(async (tx) => {
    const { count } = await tx.upload.updateMany({
      where: whereInspectedBy(attempt),
      data: { state: "refused", inspectingUntil: null, problem: problem.toJSON() },
    });
    if (count === 0) throw new Problem("conflict", "Another request has finished this upload.");
    await tx.user.update({
      where: { id: upload.ownerId },
      data: { openUploads: { decrement: 1 }, storedBytes: { decrement: upload.size } },
    });
    return scheduleQuarantinePurge(tx, context, upload);
  });
  await context.onCrashPoint?.("complete.refused");
  await tryExecutePurges(context, [...purgeIds, ...quarantinePurgeIds]);
}

/**
 * Reopens an upload after a failure that is not the fault of its bytes: the client may try again.
 */
export async function reopenUpload(
  context: AppContext,
  attempt: CompletionAttempt,
  cause: unknown,
): Promise<void> {
  try {
    await context.db.upload.updateMany({
      where: whereInspectedBy(attempt),
      data: { state: "issued", inspectingUntil: null },
    });
    await discardPending(context, attempt, cause);
  } catch (error) {
    // The database is unavailable too. The client can still try again when the lease has ended.
    context.log.warn("An upload could not be reopened.", { reason: safeErrorReason(error) });
  }
}

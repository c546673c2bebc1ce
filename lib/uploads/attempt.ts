import { type AppContext, secondsFromNow } from "../app-context";
import type { Upload } from "../db/generated/client";
import { Problem } from "../errors";
import { discardPending, type PurgeTarget, schedulePurge, tryExecutePurges } from "../files/purge";
import { randomName } from "../id";
import type { Crop } from "../inspect/crop";
import { safeErrorReason } from "../observability/safe-error-reason";
import { scheduleQuarantinePurge } from "./quarantine";

/** One attempt to complete an upload: what it owns until it is committed or discarded. */
export type CompletionAttempt = {
  upload: Upload;
  /** Bytes in quarantine at the start. The inspection compares them with the declared size. */
  receivedBytes: number;
  leaseUntil: Date;
  prefix: string;
  publicPrefix: string;
  purgeTargets: readonly PurgeTarget[];
  purgeIds: readonly string[];
};

/**
 * The slowest store that the lease allows for: it assembles, copies and returns bytes at this rate.
 */
const MIN_STORE_BYTES_PER_SECOND = 8 * 1024 * 1024;

/** Seconds that are longer than any completion takes. Another attempt may start after them. */
function inspectionLeaseSeconds({ size }: Upload): number {
  return 120 + Math.ceil(Number(size) / MIN_STORE_BYTES_PER_SECOND);
}

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
  const leaseSeconds = inspectionLeaseSeconds(upload);
  const leaseUntil = secondsFromNow(clock, leaseSeconds);
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
      data: { state: "inspecting", inspectingUntil: leaseUntil, ...(crop ? { crop } : {}) },
    });
    if (count === 0) return null;
    const purgeIds = await schedulePurge(tx, context, purgeTargets, leaseSeconds + limits.sweepGrace);
    return {
      upload: { ...upload, crop: crop ?? upload.crop },
      receivedBytes,
      leaseUntil,
      prefix,
      publicPrefix,
      purgeTargets,
      purgeIds,
    };
  });
}

/** Selects the upload as long as this attempt holds it. */
export function whereInspectedBy({ upload, leaseUntil }: CompletionAttempt) {
  return { id: upload.id, state: "inspecting", inspectingUntil: leaseUntil } as const;
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

import type { Viewer } from "../permissions/viewer";
import { secondsFromNow, type AppContext } from "../app-context";
import { Problem } from "../errors";
import { type FileRow, type FileView, toFileView } from "../files/file";
import { syncPublication } from "../files/publication";
import { tryExecutePurges, type PurgeTarget, schedulePurge, discardPending } from "../files/purge";
import { randomName } from "../id";
import type { Crop } from "../inspect/crop";
import { safeErrorReason } from "../observability/safe-error-reason";
import { commitUpload } from "./commit-upload";
import { withTimeout } from "./with-timeout";
import { promoteUpload } from "./promote";
import { scheduleQuarantinePurge } from "./quarantine";
import { completeMultipartUpload, requireReceived } from "./received-parts";
import { findOwnUpload, refusalProblemSchema, type UploadRow } from "./upload";

/** What a store must manage at least where it is slow: put together, copy and read back so many bytes a second. */
const MIN_STORE_BYTES_PER_SECOND = 8 * 1024 * 1024;

/** Milliseconds after which whoever asks is told that it is under way, however slow the store and large the file. */
const RESPONSE_DEADLINE_MS = 4500;

/** Longer than any completion takes; after it another may take over. Seconds. */
function inspectionLeaseSeconds({ size }: UploadRow): number {
  return 120 + Math.ceil(Number(size) / MIN_STORE_BYTES_PER_SECOND);
}

export type Completion =
  | { id: string; state: "completed"; file: FileView }
  | { id: string; state: "inspecting" };

/** One attempt at a completion: what it owns until it is adopted or given up. */
export type CompletionAttempt = {
  upload: UploadRow;
  /** Bytes that lay there when it began; whether they are as many as announced is still to be seen. */
  receivedBytes: number;
  leaseUntil: Date;
  prefix: string;
  publicPrefix: string;
  purgeTargets: readonly PurgeTarget[];
  purgeIds: string[];
};

/**
 * Turns what has arrived into a file: claim, promote and inspect, adopt. Repeating it repeats the answer. What takes longer than an answer may goes on
 * where there is somebody to take it over (`deps.goOn`); whoever asks again hears what became of it.
 * Errors: not_found, not_uploaded, gone, conflict, content_mismatch, unreadable_file, unavailable.
 */
export async function completeUpload(deps: AppContext, viewer: Viewer, id: string, crop?: Crop): Promise<Completion> {
  const begun = performance.now();
  const upload = await findOwnUpload(deps, viewer, id);
  const settled = await findEarlierResult(deps, upload);
  if (settled) return settled;
  const arrived = await requireReceived(deps, upload);
  const attempt = await startInspection(deps, upload, arrived, crop);
  // Somebody else is at it, or was a moment ago.
  if (!attempt)
    return (await findEarlierResult(deps, await findOwnUpload(deps, viewer, id))) ?? { id, state: "inspecting" };
  await deps.onCrashPoint?.("complete.started");
  const work = inspectAndCommit(deps, attempt);
  const { runInBackground: goOn } = deps;
  if (!goOn) return work;
  return withTimeout<Completion>(work, RESPONSE_DEADLINE_MS - (performance.now() - begun), () => {
    goOn(work);
    return { id, state: "inspecting" };
  });
}

async function findEarlierResult({ db, storages, clock }: AppContext, upload: UploadRow): Promise<Completion | null> {
  switch (upload.state) {
    case "completed": {
      const file = upload.fileId ? await db.file.findUnique({ where: { id: upload.fileId } }) : null;
      if (!file) throw new Problem("gone", "The file is no longer there.");
      return { id: upload.id, state: "completed", file: toFileView(storages, file) };
    }
    case "refused": {
      const { code, detail } = refusalProblemSchema.parse(upload.problem);
      throw new Problem(code, detail);
    }
    case "aborted":
      throw new Problem("gone", "This upload was cancelled. Please start again.");
    case "expired":
      throw new Problem("gone", "This upload took too long. Please start again.");
    case "inspecting":
      return upload.inspectingUntil && upload.inspectingUntil > clock.now()
        ? { id: upload.id, state: "inspecting" }
        : null;
    case "issued":
      return null;
  }
}

/** Takes the upload for this attempt and, in the same transaction, dooms the keys that the attempt is going to write. */
async function startInspection(
  deps: AppContext,
  upload: UploadRow,
  arrived: number,
  crop: Crop | undefined,
): Promise<CompletionAttempt | null> {
  const { db, clock, limits } = deps;
  const lease = inspectionLeaseSeconds(upload);
  const until = secondsFromNow(clock, lease);
  const prefix = `files/${randomName()}/`;
  const publicPrefix = `pictures/${randomName()}/`;
  const doomed: PurgeTarget[] = [
    { storage: "private", prefix },
    { storage: "public", prefix: publicPrefix },
  ];
  return db.$transaction(async (tx) => {
    const { count } = await tx.upload.updateMany({
      where: {
        id: upload.id,
        OR: [{ state: "issued" }, { state: "inspecting", inspectingUntil: { lte: clock.now() } }],
      },
      data: { state: "inspecting", inspectingUntil: until, ...(crop ? { crop } : {}) },
    });
    if (count === 0) return null;
    const dooms = await schedulePurge(tx, deps, doomed, lease + limits.sweepGrace);
    const claimed = { ...upload, crop: crop ?? upload.crop };
    return { upload: claimed, receivedBytes: arrived, leaseUntil: until, prefix, publicPrefix, purgeTargets: doomed, purgeIds: dooms };
  });
}

async function inspectAndCommit(deps: AppContext, attempt: CompletionAttempt): Promise<Completion> {
  let file: FileRow;
  try {
    await completeMultipartUpload(deps, attempt.upload);
    file = await commitUpload(deps, attempt, await promoteUpload(deps, attempt));
  } catch (thrown) {
    if (thrown instanceof Problem && isRefusalProblem(thrown)) await refuseUpload(deps, attempt, thrown);
    else await reopenUpload(deps, attempt, thrown);
    throw thrown;
  }
  return {
    id: attempt.upload.id,
    state: "completed",
    file: toFileView(deps.storages, await syncNewPicture(deps, file)),
  };
}

/**
 * The profile may have been shown or hidden while the picture was being made. Whatever comes of that, the file is accepted: its row says that it is
 * unsettled, and the sweep sees to it.
 */
async function syncNewPicture(deps: AppContext, file: FileRow): Promise<FileRow> {
  if (file.variants === null) return file;
  try {
    return await syncPublication(deps, file.id);
  } catch (cause) {
    deps.log.warn("A new picture could not be brought in line with its flags yet; the sweep will do it.", {
      reason: safeErrorReason(cause),
    });
    return file;
  }
}

/** The bytes themselves are at fault: another try with the same bytes cannot end otherwise. */
function isRefusalProblem({ code }: Problem): boolean {
  return code === "content_mismatch" || code === "unreadable_file";
}

async function refuseUpload(deps: AppContext, { upload, leaseUntil: until, purgeIds: dooms }: CompletionAttempt, problem: Problem): Promise<void> {
  const { db } = deps;
  const quarantine = await db.$transaction(async (tx) => {
    const { count } = await tx.upload.updateMany({
      where: { id: upload.id, state: "inspecting", inspectingUntil: until },
      data: { state: "refused", inspectingUntil: null, problem: problem.toJSON() },
    });
    if (count === 0) throw new Problem("conflict", "This upload was finished elsewhere.");
    await tx.user.update({
      where: { id: upload.ownerId },
      data: { openUploads: { decrement: 1 }, storedBytes: { decrement: upload.size } },
    });
    return scheduleQuarantinePurge(tx, deps, upload);
  });
  await deps.onCrashPoint?.("complete.refused");
  await tryExecutePurges(deps, [...dooms, ...quarantine]);
}

/** Nothing is wrong with the bytes: the upload is as it was, and completing again may work. */
async function reopenUpload(deps: AppContext, attempt: CompletionAttempt, because: unknown): Promise<void> {
  const { upload, leaseUntil: until } = attempt;
  try {
    await deps.db.upload.updateMany({
      where: { id: upload.id, state: "inspecting", inspectingUntil: until },
      data: { state: "issued", inspectingUntil: null },
    });
    await discardPending(deps, attempt, because);
  } catch (cause) {
    // The database is away as well: once `until` has passed, the upload can be completed again all the same.
    deps.log.warn("An upload could not be given back.", { reason: safeErrorReason(cause) });
  }
}

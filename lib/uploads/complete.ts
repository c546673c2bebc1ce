import type { AppContext } from "../app-context";
import type { Upload } from "../db/generated/client";
import { Problem } from "../errors";
import { type FileRow, type FileView, toFileView } from "../files/file";
import { syncPublication } from "../files/publication";
import type { Crop } from "../inspect/crop";
import { DecoderLimitProblem } from "../inspect/decode";
import { safeErrorReason } from "../observability/safe-error-reason";
import type { Viewer } from "../permissions/viewer";
import { type CompletionAttempt, keepLease, refuseUpload, reopenUpload, startInspection } from "./attempt";
import { commitUpload } from "./commit-upload";
import { promoteUpload } from "./promote";
import { completeMultipartUpload, requireReceived } from "./received-parts";
import { findOwnUpload, refusalProblemSchema } from "./upload";

/** Milliseconds until the response says `inspecting`, however slow the store or large the file. */
const RESPONSE_DEADLINE_MS = 4500;

/** Two processes have measured the same time of the processor, so the file is at fault. */
const MAX_SLOW_ATTEMPTS = 2;

export type Completion =
  | { id: string; state: "completed"; file: FileView }
  | { id: string; state: "inspecting" };

/**
 * Turns the received bytes into a file: starts the inspection, promotes, inspects, commits. A
 * repeat returns the same result. With `context.runInBackground` slow work continues after the
 * response, and a repeat returns its result.
 * Errors: not_found, not_uploaded, gone, conflict, content_mismatch, unreadable_file, unavailable.
 */
export async function completeUpload(
  context: AppContext,
  viewer: Viewer,
  id: string,
  crop?: Crop,
): Promise<Completion> {
  const startedMs = performance.now();
  const upload = await findOwnUpload(context, viewer, id);
  const earlier = await findEarlierResult(context, upload);
  if (earlier) return earlier;
  const receivedBytes = await requireReceived(context, upload);
  const attempt = await startInspection(context, upload, receivedBytes, crop);
  // Another request holds the upload, or has just finished it.
  if (!attempt)
    return (
      (await findEarlierResult(context, await findOwnUpload(context, viewer, id))) ?? {
        id,
        state: "inspecting",
      }
    );
  await context.onCrashPoint?.("complete.started");
  const work = inspectAndCommit(context, attempt);
  const { runInBackground } = context;
  if (!runInBackground) return work;
  return withTimeout<Completion>(work, RESPONSE_DEADLINE_MS - (performance.now() - startedMs), () => {
    runInBackground(work);
    return { id, state: "inspecting" };
  });
}

async function findEarlierResult(
  { db, storages, clock }: AppContext,
  upload: Upload,
): Promise<Completion | null> {
  switch (upload.state) {
    case "completed": {
      const file = upload.fileId ? await db.file.findUnique({ where: { id: upload.fileId } }) : null;
      if (!file) throw new Problem("gone", "The file no longer exists.");
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

/** Returns the result of `work`, or that of `onTimeout` if `work` takes longer. */
function withTimeout<T>(work: Promise<T>, milliseconds: number, onTimeout: () => T): Promise<T> {
  const { promise, resolve, reject } = Promise.withResolvers<T>();
  const timer = setTimeout(() => resolve(onTimeout()), Math.max(0, milliseconds));
  work.then(resolve, reject).finally(() => clearTimeout(timer));
  return promise;
}

async function inspectAndCommit(context: AppContext, attempt: CompletionAttempt): Promise<Completion> {
  let file: FileRow;
  const releaseLease = keepLease(context, attempt);
  try {
    await completeMultipartUpload(context, attempt.upload);
    file = await commitUpload(context, attempt, await promoteUpload(context, attempt));
  } catch (error) {
    const problem =
      error instanceof DecoderLimitProblem ? await judgeLimit(context, attempt.upload, error) : error;
    if (problem instanceof Problem && isRefusalProblem(problem))
      await refuseUpload(context, attempt, problem);
    else await reopenUpload(context, attempt, problem);
    throw problem;
  } finally {
    releaseLease();
  }
  return {
    id: attempt.upload.id,
    state: "completed",
    file: toFileView(context.storages, await syncNewPicture(context, file)),
  };
}

/**
 * Returns a refusal for a file that takes too much memory, or too much time again. The first time
 * it returns the problem unchanged, and the upload can be completed again.
 */
async function judgeLimit(
  { db }: Pick<AppContext, "db">,
  { id }: Upload,
  problem: DecoderLimitProblem,
): Promise<Problem> {
  const { slowAttempts } = await db.upload.update({
    where: { id },
    data: { slowAttempts: { increment: 1 } },
    select: { slowAttempts: true },
  });
  if (!problem.isFinal && slowAttempts < MAX_SLOW_ATTEMPTS) return problem;
  return new Problem(
    "unreadable_file",
    `This file takes too much ${problem.limit} to be displayed. Save a simpler copy, or scan it, and upload that.`,
    { cause: problem },
  );
}

/** The bytes are at fault: another attempt with the same bytes ends the same way. */
function isRefusalProblem({ code }: Problem): boolean {
  return code === "content_mismatch" || code === "unreadable_file";
}

/**
 * Syncs a new picture: the member may have changed the visibility of the profile during the
 * inspection. The file is committed whatever happens here; the sweep syncs it after a failure.
 */
async function syncNewPicture(context: AppContext, file: FileRow): Promise<FileRow> {
  if (file.variants === null) return file;
  try {
    return await syncPublication(context, file.id);
  } catch (error) {
    context.log.warn("A new picture could not be synced with its visibility. The sweep will do it.", {
      reason: safeErrorReason(error),
    });
    return file;
  }
}

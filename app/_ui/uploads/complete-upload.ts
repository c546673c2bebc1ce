import type { Crop } from "@/lib/inspect/crop";
import { problemOf } from "../call-api";
import { type RetryOptions, retry } from "./retry";
import { pollDelayOf } from "./retry-policy";
import type { UploadContext } from "./upload-context";
import { UPLOAD_PROBLEMS, UploadError, uploadErrorOf } from "./upload-error";
import { parseUploadResponse, type UploadResponse } from "./upload-response";

export type FinishedUpload = Extract<UploadResponse, { state: "completed" | "refused" }>;

/** The time that a check may take. Milliseconds. */
const MAX_CHECK_MS = 10 * 60_000;

/**
 * Completes an upload, the last step: the server checks the received bytes and makes a file.
 * Repeats the same POST while the server checks. The POST also restarts a check that crashed.
 *
 * "not-uploaded": bytes are missing. "ended": the ticket has ended, or the member who is signed
 * in does not own it. Rejects with an `UploadError` if the check takes too long or fails.
 */
export async function completeUpload(
  context: UploadContext,
  { id, crop }: { id: string; crop: Crop | undefined },
  options: RetryOptions,
): Promise<FinishedUpload | "ended" | "not-uploaded"> {
  const { transport, now, wait, random } = context;
  const { signal } = options;
  const body = crop ? { crop } : {};
  const complete = () => transport.call("POST", `/api/uploads/${id}/complete`, { body, signal });
  const startedAt = now();
  for (;;) {
    const response = await retry(context, complete, options);
    const upload = parseUploadResponse(response.body);
    if (upload?.state === "completed" || upload?.state === "refused") return upload;
    if (upload?.state === "ended") return "ended";
    if (!upload) {
      const problem = problemOf(response);
      if (problem.code === "not_uploaded") return "not-uploaded";
      if (problem.code === "gone" || problem.code === "not_found") return "ended";
      if (problem.code !== "conflict") throw uploadErrorOf(response);
    }
    const elapsed = now() - startedAt;
    if (elapsed > MAX_CHECK_MS) throw new UploadError(UPLOAD_PROBLEMS.stillChecking);
    await wait(pollDelayOf(elapsed, random, response.retryAfter), signal);
  }
}

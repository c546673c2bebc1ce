import type { Crop } from "@/lib/inspect/crop";
import { problemOf } from "../call-api";
import { type UploadResponse, parseUploadResponse } from "./upload-response";
import { UploadError, uploadErrorOf, UPLOAD_PROBLEMS } from "./upload-error";
import { pollDelayOf } from "./retry-policy";
import { type RetryOptions, retry } from "./retry";
import type { UploadContext } from "./upload-context";

export type FinishedUpload = Extract<UploadResponse, { state: "completed" | "refused" }>;

/** Milliseconds. */
const MAX_CHECK_MS = 10 * 60_000;

/**
 * Asks the server to make a file of what has arrived, and asks again while it checks: the same question, which repeats its answer, and takes a check up
 * again that died on its way. "not there": something has yet to be sent; "ended": the ticket is over, or not to be seen by whoever is signed in by now.
 */
export async function completeUpload(
  tools: UploadContext,
  { id, crop }: { id: string; crop: Crop | undefined },
  persistence: RetryOptions,
): Promise<FinishedUpload | "ended" | "not there"> {
  const { transport, now, wait, random } = tools;
  const { signal } = persistence;
  const body = crop ? { crop } : {};
  const complete = () => transport.call("POST", `/api/uploads/${id}/complete`, { body, signal });
  const since = now();
  for (;;) {
    const answer = await retry(tools, complete, persistence);
    const told = parseUploadResponse(answer.body);
    if (told?.state === "completed" || told?.state === "refused") return told;
    if (told?.state === "ended") return "ended";
    if (!told) {
      const problem = problemOf(answer);
      if (problem.code === "not_uploaded") return "not there";
      if (problem.code === "gone" || problem.code === "not_found") return "ended";
      if (problem.code !== "conflict") throw uploadErrorOf(answer);
    }
    const lasted = now() - since;
    if (lasted > MAX_CHECK_MS) throw new UploadError(UPLOAD_PROBLEMS.stillChecking);
    await wait(pollDelayOf(lasted, random, answer.retryAfter), signal);
  }
}

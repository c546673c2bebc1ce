import { callApi, problemOf } from "../call-api";
import { parseUploadResponse } from "./upload-response";
import { completeUpload } from "./complete-upload";
import { toUploadError, UPLOAD_PROBLEMS } from "./upload-error";
import { countBytesOfParts } from "./parts";
import type { UploadContext } from "./upload-context";
import { browserUploadStore, type UnfinishedUpload } from "./unfinished-uploads";
import type { UploadProblem } from "./upload-state";

/**
 * An upload that stopped on this device. `waiting` for its file, with the bytes that have arrived once the server has said it; `arrived`, so that what is
 * left needs no file; or `refused`, which nobody was there to hear.
 */
export type InterruptedUpload = UnfinishedUpload &
  (
    | { status: "waiting"; receivedBytes?: number }
    | { status: "arrived" }
    | { status: "refused"; problem: UploadProblem }
  );

/**
 * "in" where it was completed after all, which the page may have been made too early to show; null where there is nothing to go on with. "Not found" is also what a foreign upload is: where somebody else has signed in since this page came, the
 * record waits for its owner, and two days at most.
 */
export async function checkInterruptedUpload(record: UnfinishedUpload): Promise<InterruptedUpload | "in" | null> {
  const answer = await callApi("GET", `/api/uploads/${record.id}`);
  const told = parseUploadResponse(answer.body);
  if (told?.state === "issued" && told.parts) {
    const arrived = countBytesOfParts(told.received, told.parts, record.size);
    return arrived === record.size
      ? { ...record, status: "arrived" }
      : { ...record, status: "waiting", receivedBytes: arrived };
  }
  // Checked by nobody, perhaps: whoever asks for the completion again finds out.
  if (told?.state === "inspecting") return { ...record, status: "arrived" };
  if (told?.state === "refused") return { ...record, status: "refused", problem: told.problem };
  if (answer.status === 401 || answer.status === 404) return null;
  if (!told) return { ...record, status: "waiting" };
  browserUploadStore.remove(record.id);
  return told.state === "completed" ? "in" : null;
}

/** Has a file made of what has arrived. "moved": it stands otherwise by now, and is to be looked at. */
export async function completeInterruptedUpload(
  tools: UploadContext,
  id: string,
  signal: AbortSignal,
): Promise<"in" | "moved" | UploadProblem> {
  try {
    const end = await completeUpload(tools, { id, crop: undefined }, { signal, onStall: () => {} });
    if (end === "not there") return UPLOAD_PROBLEMS.notSent;
    if (end === "ended" || end.state === "refused") return "moved";
    browserUploadStore.remove(id);
    return "in";
  } catch (thrown) {
    signal.throwIfAborted();
    const { problem, isRefused: refused } = toUploadError(thrown);
    return refused ? "moved" : problem;
  }
}

/** Gives it back to the server: what has arrived is destroyed. What keeps that from happening, in words. */
export async function discardUpload({ id }: UnfinishedUpload): Promise<string | null> {
  const answer = await callApi("DELETE", `/api/uploads/${id}`);
  if (answer.status === 404) return UPLOAD_PROBLEMS.notFound.detail;
  if (answer.status !== 204) return problemOf(answer).detail;
  browserUploadStore.remove(id);
  return null;
}

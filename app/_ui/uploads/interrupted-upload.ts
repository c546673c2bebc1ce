import { callApi, problemOf } from "../call-api";
import { completeUpload } from "./complete-upload";
import { countBytesOfParts } from "./parts";
import { browserUploadStore, type UnfinishedUpload } from "./unfinished-uploads";
import type { UploadContext } from "./upload-context";
import { toUploadError, UPLOAD_PROBLEMS } from "./upload-error";
import { parseUploadResponse } from "./upload-response";
import type { UploadProblem } from "./upload-state";

/**
 * An upload of an earlier page, as the server knows it now.
 * `waiting`: it needs the file again. The server may have reported the received bytes.
 * `received`: all bytes are in the store, so it can be completed without the file.
 * `refused`: the server refused the file after the page was closed.
 */
export type InterruptedUpload = UnfinishedUpload &
  (
    | { status: "waiting"; receivedBytes?: number }
    | { status: "received" }
    | { status: "refused"; problem: UploadProblem }
  );

/**
 * Reads the state of a recorded upload from the server, after a reload.
 * "completed": the upload was completed, and the page may be too old to show the file.
 * Null: this member cannot resume it. The server also answers "not found" for another member's
 * upload, so the record then stays for its owner, for two days at most.
 */
export async function checkInterruptedUpload(
  record: UnfinishedUpload,
): Promise<InterruptedUpload | "completed" | null> {
  const response = await callApi("GET", `/api/uploads/${record.id}`);
  const upload = parseUploadResponse(response.body);
  if (upload?.state === "issued" && upload.parts) {
    const receivedBytes = countBytesOfParts(upload.received, upload.parts, record.size);
    return receivedBytes === record.size
      ? { ...record, status: "received" }
      : { ...record, status: "waiting", receivedBytes };
  }
  // The check may have crashed. The next completion request restarts it.
  if (upload?.state === "inspecting") return { ...record, status: "received" };
  if (upload?.state === "refused") return { ...record, status: "refused", problem: upload.problem };
  if (response.status === 401 || response.status === 404) return null;
  if (!upload) return { ...record, status: "waiting" };
  browserUploadStore.remove(record.id);
  return upload.state === "completed" ? "completed" : null;
}

/**
 * Completes an upload whose bytes are all received.
 * "stale": the upload has another state now, so the caller must check it again.
 */
export async function completeInterruptedUpload(
  context: UploadContext,
  id: string,
  signal: AbortSignal,
): Promise<"completed" | "stale" | UploadProblem> {
  try {
    const result = await completeUpload(context, { id, crop: undefined }, { signal, onStall: () => {} });
    if (result === "not-uploaded") return UPLOAD_PROBLEMS.notSent;
    if (result === "ended" || result.state === "refused") return "stale";
    browserUploadStore.remove(id);
    return "completed";
  } catch (error) {
    signal.throwIfAborted();
    const { problem, isRefused } = toUploadError(error);
    return isRefused ? "stale" : problem;
  }
}

/** Aborts the upload; the server deletes the received bytes. Returns a message if it fails. */
export async function discardUpload({ id }: UnfinishedUpload): Promise<string | null> {
  const response = await callApi("DELETE", `/api/uploads/${id}`);
  if (response.status === 404) return UPLOAD_PROBLEMS.notFound.detail;
  if (response.status !== 204) return problemOf(response).detail;
  browserUploadStore.remove(id);
  return null;
}

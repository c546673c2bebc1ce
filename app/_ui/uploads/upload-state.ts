import type { ApiProblem } from "../call-api";

/** Why an upload stopped: an error code of the API, or a cause that only the browser knows. */
export type UploadProblem = {
  code: ApiProblem["code"] | "file_changed" | "insecure_page" | "still_checking";
  /** Says what happened and what to do. */
  detail: string;
};

/** Why an upload sends nothing: the browser is offline, or it waits before the next attempt. */
export type Stall = "offline" | "retrying";

/** The bytes sent so far and, if known, the seconds that the rest will take. */
export type TransferProgress = { sent: number; secondsLeft?: number; stall?: Stall };

/**
 * The states of one upload in the browser. Sizes are in bytes.
 * `refused`: this file cannot be accepted, the member needs another one.
 * `failed`: another attempt with the same file may succeed.
 */
export type UploadState =
  | { name: "queued"; isRestart?: true; isPausable?: true; sent?: number }
  | { name: "hashing" }
  | { name: "ticket"; stall?: Stall; isPausable?: true; sent?: number }
  | ({ name: "sending"; isPausable?: true } & TransferProgress)
  | { name: "paused"; sent: number }
  | { name: "checking"; stall?: Stall }
  | { name: "done"; fileId: string }
  | { name: "refused"; problem: UploadProblem }
  | { name: "failed"; problem: UploadProblem }
  | { name: "cancelled" };

const ACTIVE_STATES = new Set<UploadState["name"]>([
  "queued",
  "hashing",
  "ticket",
  "sending",
  "paused",
  "checking",
]);

/** Returns true if closing the page now ends the upload. */
export function isActive({ name }: UploadState): boolean {
  return ACTIVE_STATES.has(name);
}

/** Returns true for a multipart upload. A single PUT would start again from its first byte. */
export function canPause(state: UploadState): boolean {
  return "isPausable" in state && state.isPausable === true;
}

/** Returns false while the server checks the file. The member can withdraw it afterwards. */
export function canCancel(state: UploadState): boolean {
  return isActive(state) && state.name !== "checking";
}

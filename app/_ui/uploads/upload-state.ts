import type { ApiProblem } from "../call-api";

/** What can go wrong before or beside the server's own codes. */
export type UploadProblem = {
  code: ApiProblem["code"] | "file_changed" | "insecure_page" | "still_checking";
  /** Plain words: what happened and what to do. */
  detail: string;
};

/** Why nothing moves at the moment: no network at all, or a pause before the next try. */
export type Stall = "offline" | "retrying";

/** Bytes that have left, and seconds that the rest will take where that can be told. */
export type TransferProgress = { sent: number; secondsLeft?: number; stall?: Stall };

/**
 * The life of one upload in the browser, sizes in bytes. `refused`: this file will not do, another one is needed. `failed`: the same
 * file may well arrive at another try.
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

const ACTIVE_STATES = new Set<UploadState["name"]>(["queued", "hashing", "ticket", "sending", "paused", "checking"]);

/** Under way: leaving the page now would end it. */
export function isActive({ name }: UploadState): boolean {
  return ACTIVE_STATES.has(name);
}

/** In parts, so that what has arrived by then stays; a file that travels in one piece would begin anew. */
export function canPause(state: UploadState): boolean {
  return "isPausable" in state && state.isPausable === true;
}

/** While the server is checking, the file is its own: it can be withdrawn afterwards, and no longer be called back. */
export function canCancel(state: UploadState): boolean {
  return isActive(state) && state.name !== "checking";
}

import type { ApiProblem } from "../call-api";

/** What can go wrong before or beside the server's own codes. */
export type UploadProblem = {
  code: ApiProblem["code"] | "file_changed" | "insecure_page" | "still_checking";
  /** Plain words: what happened and what to do. */
  detail: string;
};

/** Why nothing moves at the moment: no network at all, or a pause before the next try. */
export type Stall = "offline" | "retrying";

/**
 * The life of one upload in the browser. `refused`: this file will not do, another one is needed. `failed`: the same
 * file may well arrive at another try.
 */
export type UploadState =
  | { name: "queued" }
  | { name: "hashing" }
  | { name: "ticket"; stall?: Stall }
  | { name: "sending"; sent: number; secondsLeft?: number; stall?: Stall }
  | { name: "checking"; stall?: Stall }
  | { name: "done"; fileId: string }
  | { name: "refused"; problem: UploadProblem }
  | { name: "failed"; problem: UploadProblem }
  | { name: "cancelled" };

/** Under way: leaving the page now would lose it. */
export function isActive({ name }: UploadState): boolean {
  return (
    name === "queued" || name === "hashing" || name === "ticket" || name === "sending" || name === "checking"
  );
}

/** While the server is checking, the file is its own: it can be withdrawn afterwards, and no longer be called back. */
export function canCancel(state: UploadState): boolean {
  return isActive(state) && state.name !== "checking";
}

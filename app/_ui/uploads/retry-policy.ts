import type { ApiResponse } from "../call-api";
import type { UploadProblem } from "./upload-state";

/** How often the same is tried before a person is asked. With the pauses between, about half a minute. */
export const MAX_TRIES = 6;
const MAX_DELAY_MS = 15_000;
/** A server that asks for more is not worth watching a screen for. Seconds. */
const MAX_RETRY_AFTER_SECONDS = 60;

/** Nothing was decided: the network, the store or the server was away for a moment. */
export function isTransient({ status, retryAfter }: ApiResponse): boolean {
  if (status === 429) return (retryAfter ?? 0) <= MAX_RETRY_AFTER_SECONDS;
  return status === 0 || status === 408 || status === 425 || status >= 500;
}

/**
 * Milliseconds before try `tried + 1`: what the server asked for, else doubling from one second; and up to a quarter more, or all that one outage
 * stopped would come back at the same moment. `random` is 0 to 1.
 */
export function retryDelayOf(tried: number, random: () => number, retryAfter?: number): number {
  const least =
    retryAfter === undefined
      ? Math.min(1000 * 2 ** (tried - 1), MAX_DELAY_MS)
      : Math.min(retryAfter, MAX_RETRY_AFTER_SECONDS) * 1000;
  return least * (1 + random() / 4);
}

/**
 * Milliseconds before the server is asked again about a check that has lasted so many: what it asked for, and an eighth of that time at least. A long check
 * is asked about less and less, and told late by a small part of it.
 */
export function pollDelayOf(lasted: number, random: () => number, retryAfter: number | undefined): number {
  return Math.max(retryDelayOf(1, random, retryAfter), Math.min(lasted / 8, MAX_DELAY_MS) * (1 + random() / 4));
}

/** The file itself is at fault; sending it again cannot end otherwise. */
export function isFileProblem(code: UploadProblem["code"]): boolean {
  return isContentRefused(code) || code === "file_changed" || code === "insecure_page";
}

/** The server will not have these bytes. That they cannot be read here says nothing about what has arrived of them. */
export function isContentRefused(code: UploadProblem["code"]): boolean {
  return CONTENT_REFUSALS.has(code);
}

const CONTENT_REFUSALS = new Set<UploadProblem["code"]>([
  "too_large",
  "empty_file",
  "type_not_allowed",
  "content_mismatch",
  "unreadable_file",
]);

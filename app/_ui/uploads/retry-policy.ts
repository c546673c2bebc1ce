import type { ApiResponse } from "../call-api";
import type { UploadProblem } from "./upload-state";

/** Attempts before an upload fails. With the delays, they take about half a minute. */
export const MAX_TRIES = 6;
const MAX_DELAY_MS = 15_000;
/** A member does not wait longer than this in front of a screen. Seconds. */
const MAX_RETRY_AFTER_SECONDS = 60;

/** Returns true if the network, the store or the server was unavailable for a moment. */
export function isTransient({ status, retryAfter }: ApiResponse): boolean {
  if (status === 429) return (retryAfter ?? 0) <= MAX_RETRY_AFTER_SECONDS;
  return status === 0 || status === 408 || status === 425 || status >= 500;
}

/**
 * Returns the milliseconds to wait before attempt `attempts + 1`: the server's Retry-After, else
 * one second, doubled with each attempt. `random` (0 to 1) adds up to a quarter.
 * Without it, all clients that one outage stopped would return at the same moment.
 */
export function retryDelayOf(attempts: number, random: () => number, retryAfter?: number): number {
  const least =
    retryAfter === undefined
      ? Math.min(1000 * 2 ** (attempts - 1), MAX_DELAY_MS)
      : Math.min(retryAfter, MAX_RETRY_AFTER_SECONDS) * 1000;
  return least * (1 + random() / 4);
}

/**
 * Returns the milliseconds before the next completion request, `elapsed` milliseconds after the
 * first. It is at least an eighth of the elapsed time, so a long check causes few requests.
 */
export function pollDelayOf(elapsed: number, random: () => number, retryAfter: number | undefined): number {
  return Math.max(
    retryDelayOf(1, random, retryAfter),
    Math.min(elapsed / 8, MAX_DELAY_MS) * (1 + random() / 4),
  );
}

/** Returns true if another attempt with this file cannot succeed. */
export function isFileProblem(code: UploadProblem["code"]): boolean {
  return isContentRefused(code) || code === "file_changed" || code === "insecure_page";
}

/** Returns true if the server refuses these bytes. Received parts of them are then useless. */
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

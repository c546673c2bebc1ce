/**
 * A claim warns in its last minute. That is three times the 20 s that WCAG 2.2.1 requires:
 * https://www.w3.org/WAI/WCAG22/Understanding/timing-adjustable.html
 */
export const WARNING_SECONDS = 60;

/**
 * Returns the whole seconds from `now` to `until`, rounded up, at least 0. Both in milliseconds.
 */
export function secondsUntil(until: number, now: number): number {
  return Math.max(0, Math.ceil((until - now) / 1000));
}

export type ClaimPhase = "active" | "ending" | "expired";

export function claimPhaseOf(seconds: number): ClaimPhase {
  if (seconds <= 0) return "expired";
  return seconds <= WARNING_SECONDS ? "ending" : "active";
}

/** Tells whether to announce the remaining seconds: once, at half of the undo time. */
export function shouldAnnounce(seconds: number, total: number): boolean {
  return seconds === Math.ceil(total / 2) && seconds > 2;
}

/** A claim within its last minute asks whether it is still wanted: three times the 20 s that people must have at least. */
export const WARNING_SECONDS = 60;

/** Whole seconds from `now` to `until`, rounded up, never below 0. Both in milliseconds. */
export function secondsUntil(until: number, now: number): number {
  return Math.max(0, Math.ceil((until - now) / 1000));
}

export type ClaimPhase = "calm" | "ending" | "over";

export function claimPhaseOf(seconds: number): ClaimPhase {
  if (seconds <= 0) return "over";
  return seconds <= WARNING_SECONDS ? "ending" : "calm";
}

/** Seconds at which what is left is said aloud: at the start, and once more while there is still time to act. */
export function shouldAnnounce(seconds: number, total: number): boolean {
  return seconds === Math.ceil(total / 2) && seconds > 2;
}

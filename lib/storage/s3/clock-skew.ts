import type { Clock } from "../../clock";
import { Problem } from "../../errors";

/** Seconds by which two clocks may differ. An address for reading lives for 60: one that is born older than this is of no use to anybody. */
const MAX_SKEW_SECONDS = 30;

/**
 * Fails with `unavailable` where the store that answers at `url` has another time than we, so that no browser can use what we sign. Has to be asked for: the SDK
 * corrects itself by what the store says, and every call of our own succeeds meanwhile.
 */
export async function requireClockInSync(url: string, clock: Clock, signal: AbortSignal): Promise<void> {
  const { headers } = await fetch(url, { method: "HEAD", redirect: "manual", signal });
  const off = Math.abs(clock.now().getTime() - Date.parse(headers.get("date") ?? "")) / 1000;
  if (off > MAX_SKEW_SECONDS)
    throw new Problem("unavailable", `This machine and the store are ${Math.round(off)} seconds apart.`);
}

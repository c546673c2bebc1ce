import type { Clock } from "../../clock";
import { Problem } from "../../errors";

/** Seconds by which the clocks may differ. A signed read URL is valid for 60 seconds. */
const MAX_SKEW_SECONDS = 30;

/**
 * Fails with `unavailable` if the clock of the store at `url` differs too much from ours, because
 * browsers then cannot use our signed URLs. Our own calls do not show it: the SDK corrects its
 * clock by the store's.
 */
export async function requireClockInSync(url: string, clock: Clock, signal: AbortSignal): Promise<void> {
  const { headers } = await fetch(url, { method: "HEAD", redirect: "manual", signal });
  const skewSeconds = Math.abs(clock.now().getTime() - Date.parse(headers.get("date") ?? "")) / 1000;
  if (skewSeconds > MAX_SKEW_SECONDS)
    throw new Problem(
      "unavailable",
      `The clocks of this machine and the store differ by ${Math.round(skewSeconds)} seconds.`,
    );
}

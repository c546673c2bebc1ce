import { env } from "@/lib/config/env";
import { safeErrorReason } from "@/lib/observability/safe-error-reason";
import { clock } from "./app-context";
import { log } from "./log";
import { waitUntil } from "./wait-until";

const PAUSE_MS = 60_000;
const RUN_MS = 5_000;
let pausedUntil = 0;

/**
 * Has the cron function run a due job, behind the response and at most once a minute, on production
 * deployments of Vercel. Its free plan starts each job once a day, and members do not wait that
 * long for a deletion. A request, because the jobs would make each function 3 MB larger.
 */
export function drainJobsBehindResponse(): void {
  const { VERCEL_ENV, CRON_SECRET } = env();
  if (VERCEL_ENV !== "production" || !CRON_SECRET) return;
  const now = clock.now().getTime();
  if (now < pausedUntil) return;
  pausedUntil = now + PAUSE_MS;
  waitUntil(startDueJob(CRON_SECRET));
}

/** Waits a few seconds for the response. The cron function continues without its caller. */
async function startDueJob(secret: string): Promise<void> {
  try {
    const response = await fetch(new URL("/api/cron/due", env().APP_URL), {
      method: "POST",
      headers: { authorization: `Bearer ${secret}` },
      signal: AbortSignal.timeout(RUN_MS),
    });
    if (!response.ok) log().warn("No due job started.", { status: response.status });
    await response.body?.cancel();
  } catch (error) {
    if (error instanceof Error && error.name === "TimeoutError") return;
    log().warn("No due job started.", { reason: safeErrorReason(error) });
  }
}

import { setTimeout as wait } from "node:timers/promises";
import type { AppContext } from "../app-context";
import type { LogAttributes } from "../observability/log";
import { safeErrorReason } from "../observability/safe-error-reason";
import { JOBS, type JobReport } from "./jobs";

/** Seconds from the end of one round to the next of the same job. */
const INTERVAL_SECONDS = { work: 15, sweep: 600 } as const;

/**
 * Runs the jobs over and over until `signal` says so, for where there is no scheduler. Logs a line for each round that did something or failed; a
 * failed round is tried again when its time comes. Resolves when the pieces under way are finished.
 */
export async function runJobs(deps: AppContext, signal: AbortSignal): Promise<void> {
  const lane = async (name: keyof typeof INTERVAL_SECONDS) => {
    while (!signal.aborted) {
      await runJobOnce(deps, name, signal);
      await wait(INTERVAL_SECONDS[name] * 1000, undefined, { signal }).catch(() => undefined);
    }
  };
  await Promise.all([lane("work"), lane("sweep")]);
}

async function runJobOnce(deps: AppContext, name: string, signal: AbortSignal): Promise<void> {
  try {
    const report = await JOBS.get(name)?.(deps, signal);
    const done = report ? nonZeroCounts(report) : {};
    if (Object.keys(done).length > 0) deps.log.info("A job did something.", { job: name, ...done });
  } catch (thrown) {
    deps.log.warn("A job failed, and is tried again.", { job: name, reason: safeErrorReason(thrown) });
  }
}

function nonZeroCounts({ left: _left, ...counts }: JobReport): LogAttributes {
  return Object.fromEntries(
    Object.entries(counts).filter(
      (entry): entry is [string, number] => typeof entry[1] === "number" && entry[1] !== 0,
    ),
  );
}

import { setTimeout as wait } from "node:timers/promises";
import { Cron } from "croner";
import type { AppContext } from "../app-context";
import type { LogAttributes } from "../observability/log";
import { safeErrorReason } from "../observability/safe-error-reason";
import { JOBS, type Job, type JobReport } from "./jobs";
import { runJob } from "./run-job";

/** The longest delay of a timer in Node: 24 days. */
const MAX_DELAY_MS = 2 ** 31 - 1;

/**
 * Runs each job at once and then on its schedule, until `signal`, without an external scheduler.
 * Logs a line for each run that did something or failed. Resolves when all started runs have ended.
 */
export async function runJobs(
  context: AppContext,
  signal: AbortSignal,
  jobs: Iterable<Job> = JOBS.values(),
): Promise<void> {
  const repeat = async (job: Job) => {
    while (!signal.aborted) {
      await runJobOnce(context, job, signal);
      const delay = Math.min(millisecondsToNextRun(job.schedule, context.clock.now()), MAX_DELAY_MS);
      await wait(delay, undefined, { signal }).catch(() => undefined);
    }
  };
  await Promise.all([...jobs].map(repeat));
}

/** Milliseconds from `now` to the next time of a cron expression, in UTC. */
export function millisecondsToNextRun(schedule: string, now: Date): number {
  const next = new Cron(schedule, { timezone: "UTC", mode: "5-part" }).nextRun(now);
  if (!next) throw new Error(`The schedule "${schedule}" never comes.`);
  return next.getTime() - now.getTime();
}

/** Runs a job. Logs what it did, or that it failed. */
export async function runJobOnce(
  context: AppContext,
  job: Pick<Job, "name" | "run">,
  signal: AbortSignal,
): Promise<void> {
  const { name } = job;
  try {
    const counts = nonZeroCounts(await runJob(context, job, signal));
    if (Object.keys(counts).length > 0) context.log.info("A job did something.", { job: name, ...counts });
  } catch (error) {
    context.log.warn("A job failed, and is tried again.", { job: name, reason: safeErrorReason(error) });
  }
}

function nonZeroCounts(report: JobReport): LogAttributes {
  return Object.fromEntries(
    Object.entries(report).filter(
      (entry): entry is [string, number] => typeof entry[1] === "number" && entry[1] !== 0,
    ),
  );
}

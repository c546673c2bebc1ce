import type { AppContext } from "../app-context";
import type { Job } from "./jobs";
import { millisecondsToNextRun } from "./run-jobs";

const PAUSE_MS = 60_000;
const RUN_MS = 5_000;

/**
 * Creates a function to call after each response, where a scheduler runs only once a day. It runs
 * the job that has waited longest since its time, for a few seconds, at most once a minute.
 */
export function createJobDrain(
  jobs: Iterable<Job>,
  { clock }: Pick<AppContext, "clock">,
  run: (job: Job, signal: AbortSignal) => Promise<void>,
) {
  const dueTimes = new Map([...jobs].map((job) => [job, clock.now().getTime()]));
  let pausedUntil = 0;
  return async (): Promise<void> => {
    const now = clock.now();
    if (now.getTime() < pausedUntil) return;
    const [next] = [...dueTimes].sort(([, one], [, other]) => one - other);
    if (!next || next[1] > now.getTime()) return;
    const [job] = next;
    pausedUntil = now.getTime() + PAUSE_MS;
    dueTimes.set(job, now.getTime() + millisecondsToNextRun(job.schedule, now));
    await run(job, AbortSignal.timeout(RUN_MS));
  };
}

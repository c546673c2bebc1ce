import type { AppContext } from "../app-context";
import type { Job } from "./jobs";
import { millisecondsToNextRun } from "./run-jobs";

/**
 * Creates a function that returns the job which has waited longest since its time, or undefined if
 * none is due. A job that was returned waits for its next time. A new process has all jobs due.
 */
export function createDueJobPicker(
  jobs: Iterable<Job>,
  { clock }: Pick<AppContext, "clock">,
): () => Job | undefined {
  const dueTimes = new Map([...jobs].map((job) => [job, 0]));
  return () => {
    const now = clock.now();
    const [next] = [...dueTimes].sort(([, one], [, other]) => one - other);
    if (!next || next[1] > now.getTime()) return undefined;
    const [job] = next;
    dueTimes.set(job, now.getTime() + millisecondsToNextRun(job.schedule, now));
    return job;
  };
}

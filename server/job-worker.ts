import type { AppContext } from "../lib/app-context";
import { JOBS, type Job } from "../lib/jobs/jobs";
import { runJobOnce, runJobs } from "../lib/jobs/run-jobs";
import { replayCompletely } from "../lib/retention/replay";

/** After a restore, the start is the first moment to destroy again what had been destroyed. */
const replayAtStart: Pick<Job, "name" | "run"> = {
  name: "replay",
  run: async (context, signal) => {
    const { replayed, people, renewed, unreadable, failed } = await replayCompletely(context, { signal });
    return { replayed, people, renewed, unreadable: unreadable.length, failed };
  },
};

/**
 * Replays the tombstones once and runs the jobs, in the background of this process until `end` is
 * called. `end` starts no new job, waits for the running jobs and closes the context. A second call
 * of `end` stops the wait; the next worker finishes a job that was interrupted.
 */
export function startJobWorker(
  context: AppContext & { close(): Promise<void> },
  jobs: Iterable<Job> = JOBS.values(),
): {
  finished: Promise<void>;
  end(): Promise<void>;
} {
  const stop = new AbortController();
  const forced = Promise.withResolvers<void>();
  const finished = Promise.all([
    runJobOnce(context, replayAtStart, stop.signal),
    runJobs(context, stop.signal, jobs),
  ]).then(() => undefined);
  const end = async () => {
    if (stop.signal.aborted) forced.resolve();
    stop.abort();
    await Promise.race([finished, forced.promise]);
    await context.close();
  };
  return { finished, end };
}

import type { AppContext } from "../lib/app-context";
import { runJobs } from "../lib/jobs/run-jobs";

/**
 * Runs the jobs in the background of this process until `end` is called. `end` starts no new job,
 * waits for the running jobs and closes the context. A second call of `end` stops the wait; the
 * next worker finishes a job that was interrupted.
 */
export function startJobWorker(context: AppContext & { close(): Promise<void> }): {
  finished: Promise<void>;
  end(): Promise<void>;
} {
  const stop = new AbortController();
  const forced = Promise.withResolvers<void>();
  const finished = runJobs(context, stop.signal);
  const end = async () => {
    if (stop.signal.aborted) forced.resolve();
    stop.abort();
    await Promise.race([finished, forced.promise]);
    await context.close();
  };
  return { finished, end };
}

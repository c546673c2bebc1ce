import type { AppContext } from "../lib/app-context";
import { runJobs } from "../lib/jobs/run-jobs";

/**
 * Works beside whatever else the process does. Returns what ends it: it waits for the pieces under way, which begin nothing new, and told again it
 * waits no more; a piece that is cut short is finished by whoever works next.
 */
export function startJobWorker(deps: AppContext & { close(): Promise<void> }): {
  finished: Promise<void>;
  end(): Promise<void>;
} {
  const stop = new AbortController();
  const enough = Promise.withResolvers<void>();
  const finished = runJobs(deps, stop.signal);
  const end = async () => {
    if (stop.signal.aborted) enough.resolve();
    stop.abort();
    await Promise.race([finished, enough.promise]);
    await deps.close();
  };
  return { finished, end };
}

import type { Deps } from "../../lib/deps";
import { keepWorking } from "../../lib/jobs/keep-working";

/**
 * Works beside whatever else the process does. Returns what ends it: it waits for the pieces under way, which begin nothing new, and told again it
 * waits no more; a piece that is cut short is finished by whoever works next.
 */
export function workUntilTold(deps: Deps & { close(): Promise<void> }): {
  finished: Promise<void>;
  end(): Promise<void>;
} {
  const stop = new AbortController();
  const enough = Promise.withResolvers<void>();
  const finished = keepWorking(deps, stop.signal);
  const end = async () => {
    if (stop.signal.aborted) enough.resolve();
    stop.abort();
    await Promise.race([finished, enough.promise]);
    await deps.close();
  };
  return { finished, end };
}

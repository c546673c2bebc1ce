import { setTimeout as wait } from "node:timers/promises";
import type { Deps } from "../deps";
import type { Facts } from "../log/log";
import { reasonOf } from "../reason";
import { jobs, type Report } from "./jobs";

/** Seconds from the end of one round to the next of the same job. */
const EVERY = { work: 15, sweep: 600 } as const;

/**
 * Runs the jobs over and over until `signal` says so, for where there is no scheduler. Logs a line for each round that did something or failed; a
 * failed round is tried again when its time comes. Resolves when the pieces under way are finished.
 */
export async function keepWorking(deps: Deps, signal: AbortSignal): Promise<void> {
  const lane = async (name: keyof typeof EVERY) => {
    while (!signal.aborted) {
      await round(deps, name, signal);
      await wait(EVERY[name] * 1000, undefined, { signal }).catch(() => undefined);
    }
  };
  await Promise.all([lane("work"), lane("sweep")]);
}

async function round(deps: Deps, name: string, signal: AbortSignal): Promise<void> {
  try {
    const report = await jobs.get(name)?.(deps, signal);
    const done = report ? whatWasDone(report) : {};
    if (Object.keys(done).length > 0) deps.log.info("A job did something.", { job: name, ...done });
  } catch (thrown) {
    deps.log.warn("A job failed, and is tried again.", { job: name, reason: reasonOf(thrown) });
  }
}

function whatWasDone({ left: _left, ...counts }: Report): Facts {
  return Object.fromEntries(
    Object.entries(counts).filter(
      (entry): entry is [string, number] => typeof entry[1] === "number" && entry[1] !== 0,
    ),
  );
}

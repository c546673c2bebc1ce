import { setTimeout as wait } from "node:timers/promises";
import type { Deps } from "../deps";
import { reasonOf } from "../reason";
import { jobs, type Report } from "./jobs";

/** Seconds from the end of one round to the next of the same job. */
const EVERY = { work: 15, sweep: 600 } as const;

/**
 * Runs the jobs over and over until `signal` says so, for where there is no scheduler. Says a line for each round that did something or failed; a
 * failed round is tried again when its time comes.
 */
export async function keepWorking(
  deps: Deps,
  signal: AbortSignal,
  say: (line: string) => void = console.log,
): Promise<void> {
  const lane = async (name: keyof typeof EVERY) => {
    while (!signal.aborted) {
      const line = await round(deps, name, signal);
      if (line !== null) say(line);
      await wait(EVERY[name] * 1000, undefined, { signal }).catch(() => undefined);
    }
  };
  await Promise.all([lane("work"), lane("sweep")]);
}

async function round(deps: Deps, name: string, signal: AbortSignal): Promise<string | null> {
  try {
    const report = await jobs.get(name)?.(deps, signal);
    return report ? inWords(name, report) : null;
  } catch (thrown) {
    return `${name}: failed, and is tried again: ${reasonOf(thrown)}`;
  }
}

/** One line; null where nothing was done. */
function inWords(name: string, { left: _left, ...done }: Report): string | null {
  const parts = Object.entries(done).filter(([, count]) => count !== 0);
  return parts.length === 0
    ? null
    : `${name}: ${parts.map(([what, count]) => `${String(count)} ${what}`).join(", ")}.`;
}

import type { Deps } from "../deps";
import { type Due, sweep, work } from "../uploads/sweep";

/** What a job did, by name of ours, and what is due and left. */
export type Report = { left: Due } & Record<string, number | Due>;

type Job = (deps: Deps, signal?: AbortSignal) => Promise<Report>;

/** What a scheduler or the worker runs, by the name in `/api/cron/<name>`. Each may run at any time, twice, and beside another. */
export const jobs: ReadonlyMap<string, Job> = new Map<string, Job>([
  ["work", work],
  ["sweep", sweep],
]);

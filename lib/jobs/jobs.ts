import type { AppContext } from "../app-context";
import { type PendingWork, sweep, runFrequentWork } from "../uploads/sweep";

/** What a job did, by name of ours, and what is due and left. */
export type JobReport = { left: PendingWork } & Record<string, number | PendingWork>;

type Job = (deps: AppContext, signal?: AbortSignal) => Promise<JobReport>;

/** What a scheduler or the worker runs, by the name in `/api/cron/<name>`. Each may run at any time, twice, and beside another. */
export const JOBS: ReadonlyMap<string, Job> = new Map<string, Job>([
  ["work", runFrequentWork],
  ["sweep", sweep],
]);

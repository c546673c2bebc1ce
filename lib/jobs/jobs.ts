import type { AppContext } from "../app-context";
import { runRetention } from "../retention/run-retention";
import { type PendingWork, sweep } from "../uploads/sweep";
import { remind } from "./remind";
import { work } from "./work";

/** Counts of what a run did, and optionally the work that is left. */
export type JobReport = Readonly<Record<string, number | PendingWork>>;

export type Job = {
  /** The last segment of `/api/cron/<name>`. */
  name: string;
  /** Cron expression with five fields, in UTC. `npm start` and `npm run worker` obey it. */
  schedule: string;
  /** The same for `vercel.json`: once a day, because Vercel's free plan refuses anything else. */
  dailySchedule: string;
  /** Starts no new work after `signal`. Safe at any time, repeated, and while another run works. */
  run: (context: AppContext, signal?: AbortSignal) => Promise<JobReport>;
};

const rows: Job[] = [
  { name: "work", schedule: "* * * * *", dailySchedule: "40 3 * * *", run: work },
  { name: "sweep", schedule: "*/15 * * * *", dailySchedule: "20 3 * * *", run: sweep },
  { name: "retention", schedule: "5 * * * *", dailySchedule: "0 3 * * *", run: runRetention },
  { name: "reminders", schedule: "0 7 * * *", dailySchedule: "0 7 * * *", run: remind },
];

/** All jobs by name. A new job: its row here, and its line in `crons` of vercel.json. */
export const JOBS: ReadonlyMap<string, Job> = new Map(rows.map((job) => [job.name, job]));

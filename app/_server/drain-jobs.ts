import { env } from "@/lib/config/env";
import { appContext, clock } from "./app-context";
import { waitUntil } from "./wait-until";

let drain: ReturnType<typeof loadDrain> | undefined;

/**
 * Works on due jobs behind the response, on production deployments of Vercel. Its free plan starts
 * each job once a day, and members do not wait that long for a deletion.
 */
export function drainJobsBehindResponse(): void {
  if (env().VERCEL_ENV !== "production") return;
  drain ??= loadDrain();
  waitUntil(drain.then((run) => run()));
}

/** Loads the jobs at the first use, because they would delay the start of a function. */
async function loadDrain() {
  const [{ createJobDrain }, { JOBS }, { runJobOnce }] = await Promise.all([
    import("@/lib/jobs/drain-jobs"),
    import("@/lib/jobs/jobs"),
    import("@/lib/jobs/run-jobs"),
  ]);
  return createJobDrain(JOBS.values(), { clock }, (job, signal) => runJobOnce(appContext(), job, signal));
}

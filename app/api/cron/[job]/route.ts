import { appContext, clock, cronSecret, isPreview } from "@/app/_server/app-context";
import { requireBearerToken } from "@/app/_server/bearer";
import { jsonResponse } from "@/app/_server/json-response";
import { endpoint, route } from "@/app/_server/route";
import { notFoundProblem, Problem } from "@/lib/errors";
import { createDueJobPicker } from "@/lib/jobs/due-job";
import { JOBS, type Job, type JobReport } from "@/lib/jobs/jobs";
import { runJob } from "@/lib/jobs/run-job";

/** The limit of the platform for the request, in seconds. A job starts no new work before that. */
export const maxDuration = 60;
const JOB_TIMEOUT_MS = 45_000;
const pickDueJob = createDueJobPicker(JOBS.values(), { clock });

const runFromScheduler = endpoint({
  requiredAccess: "anyone",
  hasSideEffects: true,
  longRunning: true,
  handle: async ({ request, params }) => {
    requireBearerToken(request, cronSecret());
    requireNoPreview();
    if (params.job === "due") {
      const due = pickDueJob();
      return jsonResponse(due ? { [due.name]: await runUntilTimeout(due) } : {});
    }
    const job = JOBS.get(params.job ?? "");
    if (!job) throw notFoundProblem();
    return jsonResponse(await runUntilTimeout(job));
  },
});

function runUntilTimeout(job: Job): Promise<JobReport> {
  return runJob(appContext(), job, AbortSignal.timeout(JOB_TIMEOUT_MS));
}

/** A preview never destroys anything. */
function requireNoPreview(): void {
  if (isPreview())
    throw new Problem("forbidden", "A preview deployment runs no jobs. The production deployment does.");
}

export const { dynamic, GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = route({
  GET: runFromScheduler,
  POST: runFromScheduler,
});

import { requireBearer } from "@/app/_server/bearer";
import { json } from "@/app/_server/json";
import { endpoint, route } from "@/app/_server/route";
import { cronSecret, deps } from "@/app/_server/services";
import { notFound } from "@/lib/errors";
import { jobs } from "@/lib/jobs/jobs";

/** What a platform gives the whole request, in seconds; a job stops beginning anything new before that. */
export const maxDuration = 60;
const JOB_MILLISECONDS = 45_000;

const run = endpoint({
  access: "anyone",
  effects: true,
  unhurried: true,
  handle: async ({ request, params }) => {
    requireBearer(request, cronSecret());
    const job = jobs.get(params.job ?? "");
    if (!job) throw notFound();
    return json(await job(deps(), AbortSignal.timeout(JOB_MILLISECONDS)));
  },
});

export const { dynamic, GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = route({ GET: run, POST: run });

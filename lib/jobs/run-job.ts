import type { AppContext } from "../app-context";
import { enqueueMails } from "../mail/outbox";
import { safeErrorReason } from "../observability/safe-error-reason";
import type { Job, JobReport } from "./jobs";

/**
 * Runs a job once. If it throws, the admins get a mail, at most one a day about each job, and the
 * error is thrown again.
 */
export async function runJob(
  context: AppContext,
  { name, run }: Pick<Job, "name" | "run">,
  signal?: AbortSignal,
): Promise<JobReport> {
  try {
    return await run(context, signal);
  } catch (error) {
    await reportFailure(context, name).catch((cause: unknown) =>
      // The database is the usual reason, and the outbox is in it.
      context.log.warn("The admins get no mail about a failed job.", {
        job: name,
        reason: safeErrorReason(cause),
      }),
    );
    throw error;
  }
}

async function reportFailure(context: AppContext, job: string): Promise<void> {
  const day = context.clock.now().toISOString().slice(0, 10);
  const admins = await context.db.user.findMany({
    where: { role: "admin", suspendedAt: null },
    select: { id: true },
  });
  await enqueueMails(
    context.db,
    context,
    admins.map(({ id }) => ({
      template: "job-failed" as const,
      recipientId: id,
      key: `job-failed/${job}/${day}/${id}`,
      detail: { job },
    })),
  );
}

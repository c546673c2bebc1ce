import type { AppContext } from "../app-context";
import { deliverDueMails } from "../mail/deliver";
import { runFrequentWork } from "../uploads/sweep";
import type { JobReport } from "./jobs";

/** Does what members wait for: visibility changes, deletions, mails. */
export async function work(context: AppContext, signal?: AbortSignal): Promise<JobReport> {
  // A failure of one part must not stop the other.
  const [pending, mails] = await Promise.allSettled([
    runFrequentWork(context, signal),
    deliverDueMails(context, signal),
  ]);
  if (pending.status === "rejected") throw pending.reason;
  if (mails.status === "rejected") throw mails.reason;
  return { ...pending.value, ...mails.value };
}

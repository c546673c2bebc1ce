import type { AppContext } from "../app-context";
import { type DeliveryResult, deliverDueMails } from "../mail/deliver";
import { runFrequentWork } from "../uploads/sweep";

type FrequentWork = Awaited<ReturnType<typeof runFrequentWork>>;

/** Does what members wait for: visibility changes, deletions, mails. */
export async function work(
  context: AppContext,
  signal?: AbortSignal,
): Promise<FrequentWork & DeliveryResult> {
  // A failure of one part must not stop the other.
  const [pending, mails] = await Promise.allSettled([
    runFrequentWork(context, signal),
    deliverDueMails(context, signal),
  ]);
  if (pending.status === "rejected") throw pending.reason;
  if (mails.status === "rejected") throw mails.reason;
  return { ...pending.value, ...mails.value };
}

import type { AppContext } from "../app-context";
import { type DeliveryResult, deliverDueMails } from "../mail/deliver";
import { replayIfStale } from "../retention/replay";
import { runFrequentWork } from "../uploads/sweep";

type FrequentWork = Awaited<ReturnType<typeof runFrequentWork>>;

/**
 * Does what members wait for: visibility changes, deletions, mails. Destroys again what a restored
 * database has brought back.
 */
export async function work(
  context: AppContext,
  signal?: AbortSignal,
): Promise<FrequentWork & DeliveryResult & { replayed: number }> {
  // A failure of one part must not stop the others.
  const [pending, mails, replayed] = await Promise.allSettled([
    runFrequentWork(context, signal),
    deliverDueMails(context, signal),
    replayIfStale(context, signal),
  ]);
  if (pending.status === "rejected") throw pending.reason;
  if (mails.status === "rejected") throw mails.reason;
  if (replayed.status === "rejected") throw replayed.reason;
  return { ...pending.value, ...mails.value, replayed: replayed.value };
}

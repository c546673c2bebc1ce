import type { AppContext } from "../app-context";
import { enqueueDateReminders } from "../mail/reminders";
import { enqueueReviewDigests } from "../review/review-digests";

/** Puts the mails of the day into the outbox. The `work` job delivers them. */
export async function remind(
  context: AppContext,
  signal?: AbortSignal,
): Promise<{ reminders: number; digests: number }> {
  const reminders = await enqueueDateReminders(context, signal);
  return { reminders, digests: await enqueueReviewDigests(context, signal) };
}

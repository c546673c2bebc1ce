import type { AppContext } from "../app-context";
import { enqueueDateReminders } from "../mail/reminders";
import { enqueueRequestReminders } from "../requests/request-reminders";
import { enqueueReviewDigests } from "../review/review-digests";

/** Puts the mails of the day into the outbox. The `work` job delivers them. */
export async function remind(
  context: AppContext,
  signal?: AbortSignal,
): Promise<{ reminders: number; digests: number }> {
  const ofFiles = await enqueueDateReminders(context, signal);
  const reminders = ofFiles + (await enqueueRequestReminders(context, signal));
  return { reminders, digests: await enqueueReviewDigests(context, signal) };
}

import type { AppContext } from "../app-context";
import { fields } from "../fields/fields";
import { enqueueMails } from "../mail/outbox";
import { UNDECIDED_STATUSES } from "./outcomes";

const BATCH_SIZE = 500;

/**
 * Enqueues one mail a day for each reviewer with a grant for whom documents wait, except
 * suspended ones. The delivery counts them. Safe to repeat. Returns the number of new mails.
 */
export async function enqueueReviewDigests(
  context: Pick<AppContext, "db" | "clock">,
  signal?: AbortSignal,
): Promise<number> {
  const { db, clock } = context;
  const day = clock.now().toISOString().slice(0, 10);
  const reviewed = [...fields.values()].filter((field) => field.reviewed).map(({ name }) => name);
  let enqueued = 0;
  let last = "00000000-0000-0000-0000-000000000000";
  while (!signal?.aborted) {
    const reviewers = await db.$queryRaw<{ id: string }[]>`
      SELECT u.id FROM "User" u WHERE u.role <> 'member' AND u."suspendedAt" IS NULL AND u.id > ${last}::uuid AND EXISTS (
        SELECT 1 FROM "Grant" g JOIN "File" f ON f.field = g.field
        WHERE g."userId" = u.id AND g.field = ANY(${reviewed}::text[])
          AND f.status = ANY(${[...UNDECIDED_STATUSES]}::"FileStatus"[])
          AND f."ownerId" <> u.id AND f."purgedAt" IS NULL)
      ORDER BY u.id LIMIT ${BATCH_SIZE}`;
    const mails = reviewers.map(({ id }) => ({
      template: "review-digest" as const,
      recipientId: id,
      key: `review-digest/${id}/${day}`,
    }));
    enqueued += await enqueueMails(db, context, mails);
    last = reviewers.at(-1)?.id ?? last;
    if (reviewers.length < BATCH_SIZE) break;
  }
  return enqueued;
}

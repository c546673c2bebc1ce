import { type AppContext, secondsFromNow } from "../app-context";
import { Prisma } from "../db/generated/client";
import { dayOf } from "../fields/calendar";
import { enqueueMails } from "../mail/outbox";
import { waitsForReview } from "./open-in-sql";

/**
 * Days before the due date: from, until. Negative after it. No window is longer than the 30 days
 * that a row stays in the outbox, so each reminder is sent once.
 */
const WINDOWS = [
  [7, 1],
  [1, 0],
  [0, -7],
] as const;

const DAY_SECONDS = 24 * 3600;
const BATCH_SIZE = 1000;

type DueRequest = { id: string; memberId: string; dueAt: Date };

/**
 * Enqueues the reminders of open requests: a week before the due date, on the due day, and once
 * after it. Requests to one member with the same date are one mail. A request that is younger than
 * its window had its own mail. A member whose account is going to be erased gets none. Safe to
 * repeat. Returns the number of new mails.
 */
export async function enqueueRequestReminders(
  context: Pick<AppContext, "db" | "clock" | "timeZone">,
  signal?: AbortSignal,
): Promise<number> {
  let enqueued = 0;
  for (const [fromDays, toDays] of WINDOWS) {
    let last: DueRequest | undefined;
    while (!signal?.aborted) {
      const due: DueRequest[] = await findDueRequests(context, fromDays, toDays, last);
      const mails = due.map(({ memberId, dueAt }) => ({
        template: "request-reminder" as const,
        recipientId: memberId,
        key: `request-reminder/${fromDays}/${memberId}/${dueAt.toISOString()}`,
        detail: { dueAt: dueAt.toISOString(), dueOn: dayOf(dueAt, context.timeZone) },
      }));
      enqueued += await enqueueMails(context.db, context, mails);
      last = due.at(-1);
      if (due.length < BATCH_SIZE) break;
    }
  }
  return enqueued;
}

function findDueRequests(
  { db, clock }: Pick<AppContext, "db" | "clock">,
  fromDays: number,
  toDays: number,
  last: DueRequest | undefined,
): Promise<DueRequest[]> {
  const after = secondsFromNow(clock, toDays * DAY_SECONDS);
  const until = secondsFromNow(clock, fromDays * DAY_SECONDS);
  const next = last
    ? Prisma.sql`AND (r."dueAt", r.id) > (${last.dueAt}::timestamptz, ${last.id}::uuid)`
    : Prisma.empty;
  return db.$queryRaw<DueRequest[]>`
    SELECT r.id, r."memberId", r."dueAt" FROM "Request" r
    WHERE r.state = 'open' AND r."dueAt" > ${after}::timestamptz AND r."dueAt" <= ${until}::timestamptz
      AND r."createdAt" <= r."dueAt" - make_interval(days => ${fromDays}::int) AND NOT ${waitsForReview()} ${next}
      AND NOT EXISTS (SELECT FROM "User" u WHERE u.id = r."memberId" AND u."erasureDueAt" IS NOT NULL)
    ORDER BY r."dueAt", r.id LIMIT ${BATCH_SIZE}`;
}

import { type AppContext, secondsFromNow } from "../app-context";
import { Prisma } from "../db/generated/client";
import { APPROVED, concernsMember, type FileDate, LAPSED, LAST_DAY } from "./files-at-date";
import { enqueueMails } from "./outbox";
import type { MailName } from "./template-list";

/** One reminder about a date of a file. Days before the date; negative after it. */
export type DateReminder = {
  template: MailName;
  /** Begins the key, so it never changes. */
  key: string;
  date: FileDate;
  /** The reminder is due from this many days before the date... */
  fromDays: number;
  /** ...until this many. Windows of one template do not overlap, so a late job sends one mail. */
  toDays: number;
};

/**
 * No window is longer than the 30 days that a row stays in the outbox: within a window, the row
 * of the first run keeps each later run from sending the mail again.
 */
export const DATE_REMINDERS: readonly DateReminder[] = [
  reminder("runs-out", APPROVED, 60, 30),
  reminder("runs-out", APPROVED, 30, 7),
  reminder("runs-out", APPROVED, 7, 0),
  reminder("send-again", LAPSED, 0, -7),
  reminder("destruction-soon", LAST_DAY, 7, 0),
];

function reminder(template: MailName, date: FileDate, fromDays: number, toDays: number): DateReminder {
  return { template, key: `${template}/${fromDays}`, date, fromDays, toDays };
}

const DAY_SECONDS = 24 * 3600;
const BATCH_SIZE = 1000;

type Position = { at: Date; id: string };
type DatedFile = Position & { ownerId: string };

/**
 * Enqueues the reminders whose window has begun. Files of one member with the same date are one
 * mail. Safe to repeat. Returns the number of new mails.
 */
export async function enqueueDateReminders(
  context: Pick<AppContext, "db" | "clock">,
  signal?: AbortSignal,
  reminders: readonly DateReminder[] = DATE_REMINDERS,
): Promise<number> {
  let enqueued = 0;
  for (const each of reminders) {
    let last: Position | null = null;
    while (!signal?.aborted) {
      const files: DatedFile[] = await findFilesInWindow(context, each, last);
      const mails = files.map(({ ownerId, at }) => ({
        template: each.template,
        recipientId: ownerId,
        key: `${each.key}/${ownerId}/${at.toISOString()}`,
        detail: { date: at.toISOString() },
      }));
      enqueued += await enqueueMails(context.db, context, mails);
      last = files.at(-1) ?? null;
      if (files.length < BATCH_SIZE) break;
    }
  }
  return enqueued;
}

function findFilesInWindow(
  { db, clock }: Pick<AppContext, "db" | "clock">,
  { date, fromDays, toDays }: DateReminder,
  last: Position | null,
): Promise<DatedFile[]> {
  const at = Prisma.raw(`f."${date.column}"`);
  const after = secondsFromNow(clock, toDays * DAY_SECONDS);
  const until = secondsFromNow(clock, fromDays * DAY_SECONDS);
  const next = last
    ? Prisma.sql`AND (${at}, f.id) > (${last.at}::timestamptz, ${last.id}::uuid)`
    : Prisma.empty;
  return db.$queryRaw<DatedFile[]>`
    SELECT f.id, f."ownerId", ${at} AS at FROM "File" f
    WHERE ${at} > ${after}::timestamptz AND ${at} <= ${until}::timestamptz AND ${concernsMember(date)} ${next}
    ORDER BY ${at}, f.id LIMIT ${BATCH_SIZE}`;
}

import { z } from "zod";
import { Prisma } from "../db/generated/client";
import type { FileStatus } from "../db/generated/enums";
import { isHeld } from "../retention/held-in-sql";
import type { MailContext, MailEvent } from "./template";

/** A date of a file: the end of an approval with one of these statuses, or the last day. */
export type FileDate = { column: "validUntil"; statuses: readonly FileStatus[] } | { column: "keepUntil" };

export const APPROVED: FileDate = { column: "validUntil", statuses: ["approved"] };
/** The retention job may not have set `expired` yet. */
export const LAPSED: FileDate = { column: "validUntil", statuses: ["approved", "expired"] };
export const LAST_DAY: FileDate = { column: "keepUntil" };

const detailSchema = z.object({ date: z.iso.datetime() });

/** Reads the date of a reminder from its row. */
export function dateOf({ detail }: MailEvent): Date {
  return new Date(detailSchema.parse(detail).date);
}

/** Builds a condition on rows `f` of "File" whose date members have to know about. */
export function concernsMember(date: FileDate): Prisma.Sql {
  if (date.column === "keepUntil") return Prisma.sql`NOT ${isHeld("f")}`;
  // A new copy that waits for a decision answers the reminder. Only one-file fields have slots.
  return Prisma.sql`f.status = ANY(${[...date.statuses]}::"FileStatus"[])
    AND NOT (f.slot IS NOT NULL AND EXISTS (
      SELECT 1 FROM "File" newer WHERE newer."ownerId" = f."ownerId" AND newer.field = f.field
        AND newer.slot IS NOT NULL AND newer.status = 'submitted' AND newer."createdAt" > f."createdAt"))`;
}

/** Tells whether a file of the recipient still has this date. */
export async function hasFileAtDate(
  { db }: Pick<MailContext, "db">,
  event: MailEvent,
  date: FileDate,
): Promise<boolean> {
  const rows = await db.$queryRaw<unknown[]>`
    SELECT 1 FROM "File" f WHERE f."ownerId" = ${event.recipientId}::uuid
      AND f.${Prisma.raw(`"${date.column}"`)} = ${dateOf(event)}::timestamptz AND ${concernsMember(date)} LIMIT 1`;
  return rows.length > 0;
}

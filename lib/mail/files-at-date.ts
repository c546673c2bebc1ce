import { z } from "zod";
import { Prisma } from "../db/generated/client";
import type { FileStatus } from "../db/generated/enums";
import type { MailContext, MailEvent } from "./template";

const detailSchema = z.object({ date: z.iso.datetime() });

/** Reads the date of a reminder from its row. */
export function dateOf({ detail }: MailEvent): Date {
  return new Date(detailSchema.parse(detail).date);
}

/** Builds a condition on rows `f` of "File" that members have to know about. */
export function concernsMember(statuses: readonly FileStatus[]): Prisma.Sql {
  // A new copy that waits for a decision answers the reminder. Only one-file fields have slots.
  return Prisma.sql`f.status = ANY(${[...statuses]}::"FileStatus"[]) AND f."purgedAt" IS NULL
    AND NOT (f.slot IS NOT NULL AND EXISTS (
      SELECT 1 FROM "File" newer WHERE newer."ownerId" = f."ownerId" AND newer.field = f.field
        AND newer.slot IS NOT NULL AND newer.status = 'submitted' AND newer."createdAt" > f."createdAt"))`;
}

/** Tells whether a file of the recipient still has this date in the column. */
export async function hasFileAtDate(
  { db }: Pick<MailContext, "db">,
  event: MailEvent,
  column: "validUntil",
  statuses: readonly FileStatus[],
): Promise<boolean> {
  const rows = await db.$queryRaw<unknown[]>`
    SELECT 1 FROM "File" f WHERE f."ownerId" = ${event.recipientId}::uuid
      AND f.${Prisma.raw(`"${column}"`)} = ${dateOf(event)}::timestamptz AND ${concernsMember(statuses)} LIMIT 1`;
  return rows.length > 0;
}

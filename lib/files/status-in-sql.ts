import { Prisma } from "../db/generated/client";
import type { FileStatus } from "../db/generated/enums";

/** Builds a condition on rows of "File": `statusAt` gives this status at `now`. */
export function hasStatusAt(status: FileStatus, now: Date): Prisma.Sql {
  switch (status) {
    case "approved":
      return Prisma.sql`(status = 'approved' AND ("validUntil" IS NULL OR "validUntil" > ${now}))`;
    case "expired":
      return Prisma.sql`(status = 'expired' OR (status = 'approved' AND "validUntil" <= ${now}))`;
    default:
      return Prisma.sql`status = ${status}::"FileStatus"`;
  }
}

import { Prisma } from "../db/generated/client";
import type { FileStatus } from "../db/generated/enums";

/** A part of a status: rows with one stored status, so that an index has them in order. */
type StoredStatus = {
  condition: Prisma.Sql;
  /** The rows are few as long as the retention job runs: finding them first beats a walk. */
  isRare: boolean;
};

/** Builds a condition on rows of "File": `statusAt` gives this status at `now`. */
export function hasStatusAt(status: FileStatus, now: Date): Prisma.Sql {
  const conditions = storedStatusesAt(status, now).map(({ condition }) => condition);
  return Prisma.sql`(${Prisma.join(conditions, " OR ")})`;
}

/** Returns the parts of a status at `now`. No row is in two of them. */
export function storedStatusesAt(status: FileStatus, now: Date): StoredStatus[] {
  switch (status) {
    case "approved": {
      const condition = Prisma.sql`status = 'approved' AND ("validUntil" IS NULL OR "validUntil" > ${now})`;
      return [{ condition, isRare: false }];
    }
    case "expired":
      return [
        { condition: Prisma.sql`status = 'expired'`, isRare: false },
        { condition: Prisma.sql`status = 'approved' AND "validUntil" <= ${now}`, isRare: true },
      ];
    default:
      return [{ condition: Prisma.sql`status = ${status}::"FileStatus"`, isRare: false }];
  }
}

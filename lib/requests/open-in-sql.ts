import type { Tx } from "../db/client";
import { Prisma } from "../db/generated/client";
import { UNDECIDED_STATUSES } from "../review/outcomes";

/** Builds a condition on requests `r`: the member has sent a document, and a reviewer has it. */
export function waitsForReview(): Prisma.Sql {
  return Prisma.sql`EXISTS (
    SELECT FROM "File" f WHERE f."ownerId" = r."memberId" AND f.field = r.field AND f."purgedAt" IS NULL
      AND f.status = ANY(${[...UNDECIDED_STATUSES]}::"FileStatus"[]))`;
}

/** Tells whether a member has an open request with this id or due date, and has to act on it. */
export async function hasOpenRequest(
  db: Tx,
  memberId: string,
  request: { id: string } | { dueAt: Date },
): Promise<boolean> {
  const which =
    "id" in request
      ? Prisma.sql`r.id = ${request.id}::uuid`
      : Prisma.sql`r."dueAt" = ${request.dueAt}::timestamptz`;
  const rows = await db.$queryRaw<unknown[]>`
    SELECT 1 FROM "Request" r
    WHERE r."memberId" = ${memberId}::uuid AND r.state = 'open' AND ${which} AND NOT ${waitsForReview()} LIMIT 1`;
  return rows.length > 0;
}

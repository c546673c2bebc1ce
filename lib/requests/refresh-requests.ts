import type { Tx } from "../db/client";
import { Prisma } from "../db/generated/client";

/** A member's files of one field, of which one was accepted, decided on or ended. */
type Changed = { ownerId: string; field: string };

/**
 * Fulfils or opens the latest request for each of these members and fields, by the files that are
 * there now. Call it in the transaction of each event that accepts a file or takes one away; the
 * transaction has locked the owner. Earlier requests stay as they ended.
 */
export async function refreshRequests(tx: Tx, changed: readonly Changed[]): Promise<void> {
  if (changed.length === 0) return;
  await tx.$executeRaw`
    UPDATE "Request" r SET "fileId" = latest.accepted,
      state = CASE WHEN latest.accepted IS NULL THEN 'open' ELSE 'fulfilled' END::"RequestState"
    FROM (
      SELECT DISTINCT ON (q."memberId", q.field) q.id, (
        SELECT f.id FROM "File" f
        WHERE f."ownerId" = q."memberId" AND f.field = q.field AND ${isAcceptedSince(Prisma.sql`q."createdAt"`)}
        ORDER BY ${ACCEPTED_AT}, f.id LIMIT 1) AS accepted
      FROM unnest(${changed.map(({ ownerId }) => ownerId)}::uuid[], ${changed.map(({ field }) => field)}::text[]) AS c(owner, field)
      JOIN "Request" q ON q."memberId" = c.owner AND q.field = c.field
      ORDER BY q."memberId", q.field, q."createdAt" DESC, q.id DESC
    ) latest
    WHERE r.id = latest.id AND r.state <> 'cancelled' AND r."fileId" IS DISTINCT FROM latest.accepted`;
}

/** When a file `f` was accepted: its approval, or the upload where no reviewer decides. */
const ACCEPTED_AT = Prisma.sql`coalesce(f."decidedAt", f."createdAt")`;

/**
 * Builds a condition on rows `f` of "File": accepted at this time or later. An approval that has
 * expired since did fulfil the request. A submission also becomes `expired`, without a decision.
 */
function isAcceptedSince(time: Prisma.Sql): Prisma.Sql {
  return Prisma.sql`((f.status = 'stored' OR (f.status IN ('approved', 'expired') AND f."decidedAt" IS NOT NULL))
    AND ${ACCEPTED_AT} >= ${time})`;
}

/**
 * Returns those of the members who have an accepted document of this field now. Only a field for
 * one file: a member can always send one more file of a field with several.
 */
export async function findMembersInPlace(
  tx: Tx,
  field: { name: string; many: boolean },
  memberIds: readonly string[],
  now: Date,
): Promise<ReadonlySet<string>> {
  if (field.many) return new Set();
  const rows = await tx.$queryRaw<{ id: string }[]>`
    SELECT DISTINCT f."ownerId" AS id FROM "File" f
    WHERE f."ownerId" = ANY(${[...memberIds]}::uuid[]) AND f.field = ${field.name} AND (f.status = 'stored'
      OR (f.status = 'approved' AND (f."validUntil" IS NULL OR f."validUntil" > ${now}::timestamptz)))`;
  return new Set(rows.map(({ id }) => id));
}

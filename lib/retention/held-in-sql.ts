import { Prisma } from "../db/generated/client";

/**
 * Builds a condition on rows of "File", or of its alias: a hold on the file or on its owner is in
 * force. Holds are few, so the database reads them once.
 */
export function isHeld(alias = "File"): Prisma.Sql {
  const file = Prisma.raw(`"${alias}"`);
  return Prisma.sql`(
    ${file}.id = ANY(ARRAY(SELECT "fileId" FROM "Hold" WHERE "releasedAt" IS NULL AND "fileId" IS NOT NULL))
    OR ${file}."ownerId" = ANY(ARRAY(SELECT "memberId" FROM "Hold" WHERE "releasedAt" IS NULL AND "memberId" IS NOT NULL)))`;
}

import { Prisma } from "../db/generated/client";
import { fields } from "../fields/fields";
import { isHeld } from "../retention/held-in-sql";
import { isApproval, OUTCOMES } from "../review/outcomes";

/**
 * Builds a condition on rows of "File", or of its alias: the file stays when its owner's account is
 * erased, because a hold or a legal rule keeps it.
 */
export function staysAfterErasure(alias = "File"): Prisma.Sql {
  return Prisma.sql`(${isHeld(alias)} OR ${isKeptByLaw(alias)})`;
}

/**
 * Builds a condition on rows of "File", or of its alias: its field has a legal basis, and the file
 * was accepted. The law says nothing about a document that no reviewer has approved.
 */
function isKeptByLaw(alias: string): Prisma.Sql {
  const file = Prisma.raw(`"${alias}"`);
  const legal = [...fields.values()].flatMap(({ name, retention }) => (retention?.legalBasis ? [name] : []));
  const approvals = OUTCOMES.filter(isApproval);
  return Prisma.sql`(${file}.field = ANY(${legal}) AND (${file}.status IN ('stored', 'approved', 'expired')
    OR ${file}.status = 'superseded' AND EXISTS (
      SELECT FROM "Decision" WHERE "fileId" = ${file}.id AND outcome = ANY(${approvals}))))`;
}

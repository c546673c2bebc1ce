import type { AppContext } from "../app-context";
import { Prisma } from "../db/generated/client";
import { notFoundProblem } from "../errors";
import { type Facts, type FileRow, type FileView, factsSchema, toFileView } from "../files/file";
import { isId } from "../id";
import { reviewableFields } from "../permissions/decide";
import type { Viewer } from "../permissions/viewer";

/** A document for review, as the HTTP contract shows it. */
export type Review = {
  file: FileView;
  member: { id: string; name: string; handle: string };
  version: number;
  previous: FileView | null;
  claim: { by: { id: string; name: string }; since?: string; until: string } | null;
  submittedAt: string;
  decisions: DecisionView[];
};

export type DecisionView = {
  outcome: string;
  by: { id: string; name: string } | null;
  at: string;
  reason?: string;
  message?: string;
  note?: string;
  facts?: Facts;
};

type ReviewContext = Pick<AppContext, "db" | "storages" | "clock">;

/** Finds a document that the viewer may review. Errors: not_found for any other. */
export async function findReview(context: ReviewContext, viewer: Viewer, fileId: string): Promise<Review> {
  if (!isId(fileId)) throw notFoundProblem();
  const [review] = await queryReviews(
    context,
    viewer,
    Prisma.sql`SELECT id, "createdAt" FROM "File" WHERE id = ${fileId}::uuid`,
  );
  if (!review) throw notFoundProblem();
  return review;
}

/** A row of "File" as `pg` parses it: a bigint is text. */
type StoredRow = Omit<FileRow, "size"> & { size: string };
type ReviewRow = StoredRow & {
  ownerName: string;
  ownerHandle: string;
  claimByName: string | null;
  decisions: StoredDecision[] | null;
};
type StoredDecision = {
  outcome: string;
  byId: string | null;
  byName: string | null;
  createdAt: string;
  reason: string | null;
  message: string | null;
  note: string | null;
  facts: unknown;
};

/**
 * Finds those documents of a query that the viewer may review, oldest first. The query selects `id`
 * and `createdAt` of rows of "File". One statement of the pool: through Prisma a page of 50
 * takes six, and four times as long. docs/decisions/0002-sql-below-prisma.md
 */
export async function queryReviews(
  { db, storages, clock }: ReviewContext,
  viewer: Viewer,
  positions: Prisma.Sql,
): Promise<Review[]> {
  const query = Prisma.sql`
    SELECT f.*, o.name AS "ownerName", o.handle AS "ownerHandle", c.name AS "claimByName", (
      SELECT json_agg(json_build_object(
        'outcome', d.outcome, 'byId', b.id, 'byName', b.name, 'createdAt', d."createdAt", 'reason', d.reason,
        'message', d.message, 'note', d.note, 'facts', d.facts) ORDER BY d."createdAt", d.id)
      FROM "Decision" d LEFT JOIN "User" b ON b.id = d."byId" WHERE d."fileId" = f.id
    ) AS decisions
    FROM (${positions}) AS positions JOIN "File" f ON f.id = positions.id
    JOIN "User" o ON o.id = f."ownerId" LEFT JOIN "User" c ON c.id = f."claimById"
    WHERE f.field = ANY(${reviewableFields(viewer)})
    ORDER BY f."createdAt", f.id`;
  const { rows } = await db.pool.query<ReviewRow>(query.text, query.values);
  const previous = await findPreviousVersions(db, rows);
  const now = clock.now();
  return rows.map((row) => {
    const earlier = previous.get(row.id);
    return {
      file: toFileView(storages, withSize(row)),
      member: { id: row.ownerId, name: row.ownerName, handle: row.ownerHandle },
      version: row.version,
      previous: earlier ? toFileView(storages, withSize(earlier)) : null,
      claim:
        row.claimById !== null && row.claimByName !== null && row.claimUntil && row.claimUntil > now
          ? {
              by: { id: row.claimById, name: row.claimByName },
              ...(row.claimedAt ? { since: row.claimedAt.toISOString() } : {}),
              until: row.claimUntil.toISOString(),
            }
          : null,
      submittedAt: row.createdAt.toISOString(),
      decisions: (row.decisions ?? []).map(toDecisionView),
    };
  });
}

function withSize(row: StoredRow): FileRow {
  return { ...row, size: BigInt(row.size) };
}

function toDecisionView(decision: StoredDecision): DecisionView {
  const { outcome, byId, byName, createdAt, reason, message, note, facts } = decision;
  return {
    outcome,
    by: byId === null || byName === null ? null : { id: byId, name: byName },
    at: new Date(createdAt).toISOString(),
    ...(reason ? { reason } : {}),
    ...(message ? { message } : {}),
    ...(note ? { note } : {}),
    ...(facts ? { facts: factsSchema.parse(facts) } : {}),
  };
}

/** Finds the version before each later version of a one-file field, by the id of the later one. */
async function findPreviousVersions(
  db: AppContext["db"],
  rows: readonly StoredRow[],
): Promise<Map<string, StoredRow>> {
  const later = rows.filter(({ version }) => version > 1).map(({ id }) => id);
  if (later.length === 0) return new Map();
  const found = await db.pool.query<StoredRow & { laterId: string }>(
    `SELECT p.*, f.id AS "laterId" FROM "File" f
     JOIN "File" p ON p."ownerId" = f."ownerId" AND p.field = f.field AND p.version = f.version - 1
     WHERE f.id = ANY($1)`,
    [later],
  );
  return new Map(found.rows.map((row) => [row.laterId, row]));
}

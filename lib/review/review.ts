import type { AppContext } from "../app-context";
import { notFoundProblem } from "../errors";
import { type Facts, type FileRow, type FileView, factsSchema, toFileView } from "../files/file";
import { isId } from "../id";
import { whereReviewable } from "../permissions/decide";
import type { Viewer } from "../permissions/viewer";

/** A document for review, as the HTTP contract shows it. */
export type Review = {
  file: FileView;
  member: { id: string; name: string; handle: string };
  version: number;
  previous: FileView | null;
  claim: { by: { id: string; name: string }; until: string } | null;
  submittedAt: string;
  decisions: DecisionView[];
};

export type DecisionView = {
  outcome: string;
  by: { name: string } | null;
  at: string;
  reason?: string;
  message?: string;
  note?: string;
  facts?: Facts;
};

const REVIEW_INCLUDE = {
  owner: { select: { id: true, name: true, handle: true } },
  claimBy: { select: { id: true, name: true } },
  decisions: {
    orderBy: [{ createdAt: "asc" as const }, { id: "asc" as const }],
    include: { by: { select: { name: true } } },
  },
};

/** Finds a document that the viewer may review. Errors: not_found for any other. */
export async function findReview(
  context: Pick<AppContext, "db" | "storages" | "clock">,
  viewer: Viewer,
  fileId: string,
): Promise<Review> {
  const [review] = isId(fileId) ? await findReviews(context, [fileId], viewer) : [];
  if (!review) throw notFoundProblem();
  return review;
}

/** Finds those of these documents that the viewer may review, in the order of the ids. */
export async function findReviews(
  { db, storages, clock }: Pick<AppContext, "db" | "storages" | "clock">,
  ids: readonly string[],
  viewer: Viewer,
): Promise<Review[]> {
  const rows = await db.file.findMany({
    where: { id: { in: [...ids] }, ...whereReviewable(viewer) },
    include: REVIEW_INCLUDE,
  });
  const previous = await findPreviousVersions(db, rows);
  const now = clock.now();
  const reviews = rows.map((row): [string, Review] => {
    const earlier = previous.get(row.id);
    return [
      row.id,
      {
        file: toFileView(storages, row),
        member: row.owner,
        version: row.version,
        previous: earlier ? toFileView(storages, earlier) : null,
        claim:
          row.claimBy && row.claimUntil && row.claimUntil > now
            ? { by: row.claimBy, until: row.claimUntil.toISOString() }
            : null,
        submittedAt: row.createdAt.toISOString(),
        decisions: row.decisions.map(toDecisionView),
      },
    ];
  });
  const byId = new Map(reviews);
  return ids.flatMap((id) => byId.get(id) ?? []);
}

function toDecisionView(decision: {
  outcome: string;
  by: { name: string } | null;
  createdAt: Date;
  reason: string | null;
  message: string | null;
  note: string | null;
  facts: unknown;
}): DecisionView {
  const { outcome, by, createdAt, reason, message, note, facts } = decision;
  return {
    outcome,
    by,
    at: createdAt.toISOString(),
    ...(reason ? { reason } : {}),
    ...(message ? { message } : {}),
    ...(note ? { note } : {}),
    ...(facts ? { facts: factsSchema.parse(facts) } : {}),
  };
}

/** Finds the version before each later version of a one-file field, by the id of the later one. */
async function findPreviousVersions(db: AppContext["db"], rows: FileRow[]): Promise<Map<string, FileRow>> {
  const later = rows.filter(({ version }) => version > 1);
  if (later.length === 0) return new Map();
  const earlier = await db.file.findMany({
    where: {
      OR: later.map(({ ownerId, field, version }) => ({ ownerId, field, version: version - 1 })),
    },
  });
  return new Map(
    later.flatMap((row) => {
      const previous = earlier.find(
        ({ ownerId, field, version }) =>
          ownerId === row.ownerId && field === row.field && version === row.version - 1,
      );
      return previous ? [[row.id, previous] as const] : [];
    }),
  );
}

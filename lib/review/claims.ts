import { z } from "zod";
import type { Viewer } from "../accounts/viewer";
import { secondsFromNow, type AppContext } from "../app-context";
import { notFoundProblem, Problem } from "../errors";
import { isId } from "../id";
import { reviewableFields, findReview, type Review } from "./review";

export const claimNextSchema = z.strictObject({ ahead: z.boolean().optional() });

/** One to decide on, and one that the desk prepares meanwhile. */
const MAX_CLAIMS = 2;

/**
 * My undecided claim if I have one, else the oldest unclaimed document of my fields that is not my own, now mine; null where there is none.
 * `ahead` claims one more. Errors: conflict, for a third.
 */
export async function claimNextDocument(
  deps: AppContext,
  viewer: Viewer,
  { ahead = false }: { ahead?: boolean },
): Promise<Review | null> {
  const id = await deps.db.$transaction(async (tx) => {
    // Two tabs of one reviewer ask one after the other.
    await tx.$queryRaw`SELECT id FROM "User" WHERE id = ${viewer.id}::uuid FOR UPDATE`;
    const mine = await tx.file.findMany({
      where: {
        claimById: viewer.id,
        claimUntil: { gt: deps.clock.now() },
        status: "submitted",
        field: { in: reviewableFields(viewer) },
      },
      orderBy: [{ createdAt: "asc" }, { id: "asc" }],
      select: { id: true },
    });
    if (!ahead && mine[0]) return mine[0].id;
    if (mine.length >= MAX_CLAIMS)
      throw new Problem("conflict", "Two documents are waiting for your decision already.");
    return claimOldestDocument(tx, deps, viewer);
  });
  return id === null ? null : findReview(deps, viewer, id);
}

async function claimOldestDocument(
  tx: Parameters<Parameters<AppContext["db"]["$transaction"]>[0]>[0],
  deps: AppContext,
  viewer: Viewer,
): Promise<string | null> {
  const now = deps.clock.now();
  // Skipping what another transaction is claiming: reviewers do not wait for each other, and none gets the same document.
  const [claimed] = await tx.$queryRaw<{ id: string }[]>`
    UPDATE "File" SET "claimById" = ${viewer.id}::uuid, "claimUntil" = ${secondsFromNow(deps.clock, deps.limits.claimTtl)}
    WHERE id = (
      SELECT id FROM "File"
      WHERE status = 'submitted' AND field = ANY(${reviewableFields(viewer)}) AND "ownerId" <> ${viewer.id}::uuid
        AND ("claimUntil" IS NULL OR "claimUntil" <= ${now})
      ORDER BY "createdAt", id LIMIT 1 FOR UPDATE SKIP LOCKED
    ) RETURNING id`;
  return claimed?.id ?? null;
}

/** Makes a document mine, or renews that. Errors: not_found, forbidden for my own, conflict where another holds it or it is decided. */
export async function claimDocument(deps: AppContext, viewer: Viewer, fileId: string): Promise<Review> {
  await requireReviewableFile(deps, viewer, fileId);
  const { count } = await deps.db.file.updateMany({
    where: {
      id: fileId,
      status: "submitted",
      OR: [{ claimById: viewer.id }, { claimUntil: null }, { claimUntil: { lte: deps.clock.now() } }],
    },
    data: { claimById: viewer.id, claimUntil: secondsFromNow(deps.clock, deps.limits.claimTtl) },
  });
  const review = await findReview(deps, viewer, fileId);
  if (count === 1) return review;
  throw new Problem(
    "conflict",
    review.file.status === "submitted"
      ? `${review.claim?.by.name ?? "Somebody"} is looking at this document.`
      : "This document is decided already.",
  );
}

/** Gives a claim back; fine where I have none. Errors: not_found, forbidden. */
export async function releaseClaim(deps: AppContext, viewer: Viewer, fileId: string): Promise<void> {
  await requireReviewableFile(deps, viewer, fileId);
  await deps.db.file.updateMany({
    where: { id: fileId, claimById: viewer.id },
    data: { claimById: null, claimUntil: null },
  });
}

/** On the viewer's desk, and not the viewer's own: nobody decides on their own document. */
export async function requireReviewableFile({ db }: Pick<AppContext, "db">, viewer: Viewer, fileId: string) {
  const file = isId(fileId)
    ? await db.file.findFirst({ where: { id: fileId, field: { in: reviewableFields(viewer) } } })
    : null;
  if (!file) throw notFoundProblem();
  if (file.ownerId === viewer.id) throw new Problem("forbidden", "Nobody decides on their own document.");
  return file;
}

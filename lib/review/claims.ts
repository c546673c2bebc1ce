import { z } from "zod";
import { type AppContext, secondsFromNow } from "../app-context";
import type { Tx } from "../db/client";
import { Prisma } from "../db/generated/client";
import type { FileStatus } from "../db/generated/enums";
import { lockUser } from "../db/lock-user";
import { Problem, unauthenticatedProblem } from "../errors";
import { findDecidableFile, reviewableFields, whereReviewable } from "../permissions/decide";
import type { Viewer } from "../permissions/viewer";
import { isUndecided, UNDECIDED_STATUSES } from "./outcomes";
import { findReview, type Review } from "./review";

export const claimNextSchema = z.strictObject({ ahead: z.boolean().optional() });

/** One document to decide on, and one that the review page preloads. */
const MAX_NEXT_CLAIMS = 2;
/** Of one reviewer at a time. More would keep documents from the other reviewers. */
const MAX_CLAIMS = 5;

/**
 * Returns the viewer's undecided claim if there is one. Else claims the oldest unclaimed document
 * of the viewer's fields that is not the viewer's own; null if there is none. `ahead` claims one
 * more. Errors: conflict for a third.
 */
export async function claimNextDocument(
  context: AppContext,
  viewer: Viewer,
  { ahead = false }: { ahead?: boolean },
): Promise<Review | null> {
  const id = await context.db.$transaction(async (tx) => {
    const own = await lockOwnClaims(tx, context, viewer);
    if (!ahead && own[0]) return own[0];
    if (own.length >= MAX_NEXT_CLAIMS)
      throw new Problem("conflict", "You have already claimed two documents.");
    return claimOldestDocument(tx, context, viewer);
  });
  return id === null ? null : findReview(context, viewer, id);
}

/**
 * Lists the undecided documents that the viewer has claimed, oldest first. The lock makes two tabs
 * of one reviewer claim one after the other.
 */
async function lockOwnClaims(tx: Tx, { clock }: AppContext, viewer: Viewer): Promise<string[]> {
  await lockUser(tx, viewer.id);
  await requireStillReviewer(tx, viewer);
  const own = await tx.file.findMany({
    where: {
      claimById: viewer.id,
      claimUntil: { gt: clock.now() },
      status: { in: [...UNDECIDED_STATUSES] },
      purgedAt: null,
      ...whereReviewable(viewer),
    },
    orderBy: [{ createdAt: "asc" }, { id: "asc" }],
    select: { id: true },
  });
  return own.map(({ id }) => id);
}

/** An admin may have suspended the viewer after the request began. Errors: unauthenticated. */
async function requireStillReviewer(tx: Tx, { id }: Viewer): Promise<void> {
  const found = await tx.user.count({ where: { id, suspendedAt: null, role: { not: "member" } } });
  if (found === 0) throw unauthenticatedProblem();
}

/**
 * Claims the oldest free document, null if there is none. Asks each field on its own: among
 * several the index has no order, and PostgreSQL would read the other fields' whole queue.
 */
async function claimOldestDocument(tx: Tx, context: AppContext, viewer: Viewer): Promise<string | null> {
  const { clock, limits } = context;
  const walks = reviewableFields(viewer).flatMap((field) =>
    UNDECIDED_STATUSES.map((status) => ({ field, isFree: isFreeInSql(viewer, field, status, clock.now()) })),
  );
  if (walks.length === 0) return null;
  const oldest = walks.map(
    ({ isFree }, walk) => Prisma.sql`(
      SELECT ${walk}::int AS walk, "createdAt", id FROM "File" WHERE ${isFree}
      ORDER BY "createdAt", id LIMIT 1)`,
  );
  const order = await tx.$queryRaw<{ walk: number }[]>`
    SELECT walk FROM (${Prisma.join(oldest, " UNION ALL ")}) AS oldest ORDER BY "createdAt", id`;
  const claimUntil = secondsFromNow(clock, limits.claimTtl);
  for (const { walk } of order) {
    // SKIP LOCKED: reviewers do not wait for each other, and no two get the same document.
    const [claimed] = await tx.$queryRaw<{ id: string }[]>`
      UPDATE "File" SET "claimById" = ${viewer.id}::uuid, "claimUntil" = ${claimUntil}, "claimedAt" = ${clock.now()}
      WHERE id = (
        SELECT id FROM "File" WHERE ${walks[walk]?.isFree}
        ORDER BY "createdAt", id LIMIT 1 FOR UPDATE SKIP LOCKED
      ) RETURNING id`;
    if (claimed) return claimed.id;
  }
  return null;
}

/** Builds a condition on rows of "File" that the viewer may claim. */
function isFreeInSql(viewer: Viewer, field: string, status: FileStatus, now: Date): Prisma.Sql {
  return Prisma.sql`field = ${field} AND status = ${status}::"FileStatus" AND "ownerId" <> ${viewer.id}::uuid
    AND "purgedAt" IS NULL AND ("claimUntil" IS NULL OR "claimUntil" <= ${now})`;
}

/**
 * Claims a document for the viewer, or renews the viewer's claim.
 * Errors: not_found; forbidden on the viewer's own document; conflict if another reviewer has
 * claimed it, it is decided, or the viewer has claimed five others.
 */
export async function claimDocument(context: AppContext, viewer: Viewer, fileId: string): Promise<Review> {
  await findDecidableFile(context, viewer, fileId);
  const { clock, db, limits } = context;
  const { count } = await db.$transaction(async (tx) => {
    const others = (await lockOwnClaims(tx, context, viewer)).filter((id) => id !== fileId);
    if (others.length >= MAX_CLAIMS)
      throw new Problem(
        "conflict",
        `You have already claimed ${MAX_CLAIMS} documents. Decide on one or release it first.`,
      );
    const now = clock.now();
    const claimUntil = secondsFromNow(clock, limits.claimTtl);
    const undecided = { id: fileId, status: { in: [...UNDECIDED_STATUSES] }, purgedAt: null };
    const renewed = await tx.file.updateMany({
      where: { ...undecided, claimById: viewer.id, claimUntil: { gt: now } },
      data: { claimUntil },
    });
    if (renewed.count === 1) return renewed;
    return tx.file.updateMany({
      where: { ...undecided, OR: [{ claimUntil: null }, { claimUntil: { lte: now } }] },
      data: { claimById: viewer.id, claimUntil, claimedAt: now },
    });
  });
  const review = await findReview(context, viewer, fileId);
  if (count === 1) return review;
  throw new Problem(
    "conflict",
    isUndecided(review.file.status) && review.claim
      ? `${review.claim.by.name} has claimed this document.`
      : "This document is already decided, withdrawn or replaced.",
  );
}

/** Releases the viewer's claim; does nothing without one. Errors: not_found, forbidden. */
export async function releaseClaim(context: AppContext, viewer: Viewer, fileId: string): Promise<void> {
  await findDecidableFile(context, viewer, fileId);
  await context.db.file.updateMany({
    where: { id: fileId, claimById: viewer.id },
    data: { claimById: null, claimUntil: null },
  });
}

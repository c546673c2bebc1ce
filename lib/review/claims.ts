import { z } from "zod";
import { type AppContext, secondsFromNow } from "../app-context";
import type { Tx } from "../db/client";
import { Prisma } from "../db/generated/client";
import { lockUser } from "../db/lock-user";
import { Problem } from "../errors";
import { findDecidableFile, mayDecideInSql, whereReviewable } from "../permissions/decide";
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

async function claimOldestDocument(
  tx: Tx,
  { clock, limits }: AppContext,
  viewer: Viewer,
): Promise<string | null> {
  const claimUntil = secondsFromNow(clock, limits.claimTtl);
  // SKIP LOCKED: reviewers do not wait for each other, and no two get the same document.
  const [claimed] = await tx.$queryRaw<{ id: string }[]>`
    UPDATE "File" SET "claimById" = ${viewer.id}::uuid, "claimUntil" = ${claimUntil}
    WHERE id = (
      SELECT id FROM "File"
      WHERE ${undecidedInSql()} AND ${mayDecideInSql(viewer)} AND "purgedAt" IS NULL
        AND ("claimUntil" IS NULL OR "claimUntil" <= ${clock.now()})
      ORDER BY "createdAt", id LIMIT 1 FOR UPDATE SKIP LOCKED
    ) RETURNING id`;
  return claimed?.id ?? null;
}

/** Builds a condition on rows of "File". Comparing each status keeps the order of the index. */
function undecidedInSql(): Prisma.Sql {
  const conditions = UNDECIDED_STATUSES.map((status) => Prisma.sql`status = ${status}::"FileStatus"`);
  return Prisma.sql`(${Prisma.join(conditions, " OR ")})`;
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
    return tx.file.updateMany({
      where: {
        id: fileId,
        status: { in: [...UNDECIDED_STATUSES] },
        purgedAt: null,
        OR: [{ claimById: viewer.id }, { claimUntil: null }, { claimUntil: { lte: clock.now() } }],
      },
      data: { claimById: viewer.id, claimUntil: secondsFromNow(clock, limits.claimTtl) },
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

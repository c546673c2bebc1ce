import { z } from "zod";
import type { Viewer } from "../accounts/viewer";
import { isUniqueViolation } from "../db/conflict";
import { FileStatus } from "../db/generated/enums";
import { secondsFromNow, type AppContext } from "../app-context";
import { Problem } from "../errors";
import { newId } from "../id";
import { requireReviewableFile } from "./claims";
import { findReview, type Review } from "./review";

/** What a decision keeps so that it can be undone: the place the file had, and the approval that it replaced. */
export const decisionSnapshotSchema = z.object({
  slot: z.string().nullable(),
  replaced: z.object({ id: z.string(), slot: z.string(), status: z.string() }).nullable(),
});

export type DecisionSnapshot = z.infer<typeof decisionSnapshotSchema>;

/**
 * Takes back one's own last decision within the undo time: everything is as it was, a superseded approval included, and the document is
 * claimed again. Errors: not_found, forbidden, conflict once it is too late or something has followed.
 */
export async function undoDecision(deps: AppContext, viewer: Viewer, fileId: string): Promise<Review> {
  const { db, clock, limits } = deps;
  const file = await requireReviewableFile(deps, viewer, fileId);
  const decision = await db.decision.findFirst({
    where: { fileId: file.id },
    orderBy: [{ createdAt: "desc" }, { id: "desc" }],
  });
  const tooLate = new Problem("conflict", "This can no longer be undone.");
  if (!decision || decision.outcome === "undo" || decision.byId !== viewer.id) throw tooLate;
  if (decision.createdAt < secondsFromNow(clock, -limits.undoTtl)) throw tooLate;
  const before = decisionSnapshotSchema.parse(decision.before);
  const putBack = db.$transaction(async (tx) => {
    const { count } = await tx.file.updateMany({
      where: { id: file.id, status: file.status, decidedAt: decision.createdAt },
      data: {
        status: "submitted",
        slot: before.slot,
        decidedAt: null,
        reason: null,
        message: null,
        facts: {},
        validUntil: null,
        claimById: viewer.id,
        claimUntil: secondsFromNow(clock, limits.claimTtl),
      },
    });
    if (count === 0) throw tooLate;
    if (before.replaced) {
      const { id, slot, status } = before.replaced;
      const restored = await tx.file.updateMany({
        where: { id, status: "superseded", slot: null, purgedAt: null },
        data: { status: z.enum(FileStatus).parse(status), slot },
      });
      if (restored.count === 0) throw tooLate;
    }
    await tx.decision.create({
      data: {
        id: newId(),
        fileId: file.id,
        byId: viewer.id,
        outcome: "undo",
        sha256: decision.sha256,
        createdAt: clock.now(),
      },
    });
  });
  await putBack.catch((thrown: unknown) => {
    // A newer submission has taken the place that this one would go back to.
    throw isUniqueViolation(thrown) ? tooLate : thrown;
  });
  return findReview(deps, viewer, fileId);
}

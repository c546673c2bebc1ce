import { z } from "zod";
import { type AppContext, secondsFromNow } from "../app-context";
import { isUniqueViolation } from "../db/conflict";
import { FileStatus } from "../db/generated/enums";
import { Problem } from "../errors";
import { newId } from "../id";
import { findDecidableFile } from "../permissions/decide";
import type { Viewer } from "../permissions/viewer";
import { SUBMITTED_STATUS } from "./outcomes";
import { findReview, type Review } from "./review";

/**
 * What a decision stores for its undo: the file's status and slot, and the approval that it
 * replaced. Decisions of earlier releases have no status here; their files were submitted.
 */
export const decisionSnapshotSchema = z.object({
  status: z.enum(FileStatus).default(SUBMITTED_STATUS),
  slot: z.string().nullable(),
  replaced: z.object({ id: z.string(), slot: z.string(), status: z.enum(FileStatus) }).nullable(),
});

export type DecisionSnapshot = z.infer<typeof decisionSnapshotSchema>;

/**
 * Undoes the viewer's own last decision within the undo time. Restores the file and an approval
 * that the decision superseded, and claims the document for the viewer again. Errors: not_found;
 * forbidden; conflict after the undo time, or after a later change.
 */
export async function undoDecision(context: AppContext, viewer: Viewer, fileId: string): Promise<Review> {
  const { db, clock, limits } = context;
  const file = await findDecidableFile(context, viewer, fileId);
  const decision = await db.decision.findFirst({
    where: { fileId: file.id },
    orderBy: [{ createdAt: "desc" }, { id: "desc" }],
  });
  const tooLate = new Problem("conflict", "This decision can no longer be undone.");
  if (!decision || decision.outcome === "undo" || decision.byId !== viewer.id) throw tooLate;
  if (decision.createdAt < secondsFromNow(clock, -limits.undoTtl)) throw tooLate;
  const before = decisionSnapshotSchema.parse(decision.before);
  const restoring = db.$transaction(async (tx) => {
    const { count } = await tx.file.updateMany({
      where: { id: file.id, status: file.status, decidedAt: decision.createdAt },
      data: {
        status: before.status,
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
        data: { status, slot },
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
  await restoring.catch((error: unknown) => {
    // A newer submission occupies the slot that this file needs.
    throw isUniqueViolation(error) ? tooLate : error;
  });
  return findReview(context, viewer, fileId);
}

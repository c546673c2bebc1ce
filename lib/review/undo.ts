import { type AppContext, secondsFromNow } from "../app-context";
import type { Tx } from "../db/client";
import { isUniqueViolation, retryTransaction } from "../db/conflict";
import type { Decision } from "../db/generated/client";
import { lockUser } from "../db/lock-user";
import { Problem } from "../errors";
import { type FileRow, findField } from "../files/file";
import { newId } from "../id";
import { findDecidableFile } from "../permissions/decide";
import type { Viewer } from "../permissions/viewer";
import { refreshRequests } from "../requests/refresh-requests";
import { updateKeepUntil } from "../retention/update-keep-until";
import { cancelDecisionMail } from "./decision-mail";
import { DECISIONS } from "./decisions";
import { findOutcome, UNDO } from "./outcomes";
import { findReview, type Review } from "./review";
import { decidedSlot, decisionSnapshotSchema, findLastDecision } from "./stored-decision";

/**
 * Undoes the viewer's own last decision within the undo time. Restores the file and an approval
 * that the decision superseded, and claims the document for the viewer again. A repeat changes
 * nothing. Errors: not_found; forbidden; conflict after the undo time, or after a later change.
 */
export async function undoDecision(context: AppContext, viewer: Viewer, fileId: string): Promise<Review> {
  const file = await findDecidableFile(context, viewer, fileId);
  const undo = async (tx: Tx) => {
    await lockUser(tx, file.ownerId);
    const decision = await findLastDecision(tx, file.id);
    if (decision?.byId !== viewer.id) throw tooLateProblem();
    if (decision.outcome !== UNDO) await restoreFiles(tx, context, file, decision);
  };
  await retryTransaction(() => context.db.$transaction(undo)).catch((error: unknown) => {
    // A newer submission occupies the slot that this file needs.
    throw isUniqueViolation(error) ? tooLateProblem() : error;
  });
  return findReview(context, viewer, fileId);
}

async function restoreFiles(
  tx: Tx,
  context: AppContext,
  file: FileRow,
  { id: decisionId, createdAt, byId, sha256, ...decision }: Decision,
): Promise<void> {
  const { clock, limits } = context;
  const field = findField(file);
  const outcome = findOutcome(decision.outcome);
  if (!field || !outcome || createdAt < secondsFromNow(clock, -limits.undoTtl)) throw tooLateProblem();
  const before = decisionSnapshotSchema.parse(decision.before);
  const { count } = await tx.file.updateMany({
    where: {
      id: file.id,
      status: DECISIONS[outcome].status,
      slot: decidedSlot(file.ownerId, field, outcome),
      decidedAt: createdAt,
      purgedAt: null,
    },
    data: {
      status: before.status,
      slot: before.slot,
      decidedAt: null,
      reason: null,
      message: null,
      facts: {},
      validUntil: null,
      claimById: byId,
      claimUntil: secondsFromNow(clock, limits.claimTtl),
    },
  });
  if (count === 0) throw tooLateProblem();
  await updateKeepUntil(tx, context, field, file.id);
  if (before.replaced) {
    const { id, slot, status } = before.replaced;
    const restored = await tx.file.updateMany({
      where: { id, status: "superseded", slot: null },
      data: { status, slot, supersededAt: null },
    });
    if (restored.count === 0) throw tooLateProblem();
    await updateKeepUntil(tx, context, field, id);
  }
  await refreshRequests(tx, [file]);
  await cancelDecisionMail(tx, decisionId);
  await tx.decision.create({
    data: { id: newId(), fileId: file.id, byId, outcome: UNDO, sha256, createdAt: clock.now() },
  });
}

function tooLateProblem(): Problem {
  return new Problem("conflict", "This decision can no longer be undone.");
}

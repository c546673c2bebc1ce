import { isDeepStrictEqual } from "node:util";
import type { AppContext } from "../app-context";
import { hasViewedSince } from "../audit/access-log";
import type { Tx } from "../db/client";
import { retryTransaction } from "../db/conflict";
import type { Decision } from "../db/generated/client";
import { lockUser } from "../db/lock-user";
import { Problem } from "../errors";
import type { Field } from "../fields/field";
import { fields } from "../fields/fields";
import type { FileRow } from "../files/file";
import { slotKey } from "../files/supersede";
import { newId } from "../id";
import { findDecidableFile } from "../permissions/decide";
import type { Viewer } from "../permissions/viewer";
import { refreshRequests } from "../requests/refresh-requests";
import { updateKeepUntil } from "../retention/update-keep-until";
import { enqueueDecisionMail } from "./decision-mail";
import { DECISIONS } from "./decisions";
import { isApproval, isUndecided } from "./outcomes";
import { findReview, type Review } from "./review";
import { type DecisionSnapshot, decidedSlot, findLastDecision } from "./stored-decision";
import { type DecisionRequest, type ValidatedDecision, validateDecision } from "./validate-decision";

/**
 * Decides on a claimed document in one transaction. An approval supersedes the earlier approval.
 * The same decision again repeats the response: the first one may have been lost on its way.
 * Errors: not_found; forbidden on the viewer's own document; invalid; conflict without a claim, if
 * the reviewer saw other bytes, or for an approval of a document that the reviewer has not seen.
 */
export async function decideOnDocument(
  context: AppContext,
  viewer: Viewer,
  fileId: string,
  request: DecisionRequest,
): Promise<Review> {
  const { id, ownerId, field: fieldName } = await findDecidableFile(context, viewer, fileId);
  const field = fields.get(fieldName);
  if (!field) throw new Problem("conflict", "This document type is no longer in use.");
  const decideOnce = async (tx: Tx) => {
    // A new version of the document waits, or is here already.
    await lockUser(tx, ownerId);
    const file = await tx.file.findUniqueOrThrow({ where: { id } });
    const last = await findLastDecision(tx, id);
    // A reviewer who has claimed the document again decides anew.
    const earlier = last?.byId === viewer.id && file.claimById !== viewer.id ? last : null;
    const decision = validateDecision(field, request, {
      at: earlier?.createdAt ?? context.clock.now(),
      timeZone: context.timeZone,
    });
    if (earlier && isSameDecision(earlier, decision)) return;
    requireDecidable(context, viewer, file, decision.sha256);
    if (isApproval(decision.outcome)) await requirePageShown(tx, viewer, file);
    await commitDecision(tx, context, viewer, file, field, decision);
  };
  await retryTransaction(() => context.db.$transaction(decideOnce));
  return findReview(context, viewer, fileId);
}

function isSameDecision(
  { outcome, reason, message, note, facts, sha256, validUntil }: Decision,
  decision: ValidatedDecision,
): boolean {
  return isDeepStrictEqual({ outcome, reason, message, note, facts, sha256, validUntil }, decision);
}

function requireDecidable({ clock }: AppContext, viewer: Viewer, file: FileRow, sha256: string): void {
  if (file.sha256 !== sha256)
    throw new Problem("conflict", "This is not the document that you saw. Open it again.");
  if (!isUndecided(file.status) || file.purgedAt)
    throw new Problem("conflict", "This document is already decided, withdrawn or replaced.");
  if (file.claimById !== viewer.id || !file.claimUntil || file.claimUntil <= clock.now()) {
    throw new Problem(
      "conflict",
      "Your claim on this document has expired. Claim it again. Your text is saved.",
    );
  }
}

/** Requires that the access log has a view by this reviewer within this claim. Errors: conflict. */
async function requirePageShown(tx: Tx, viewer: Viewer, file: FileRow): Promise<void> {
  if (file.claimedAt && (await hasViewedSince(tx, viewer, file, file.claimedAt))) return;
  throw new Problem("conflict", "Look at the document before you approve it. Open one of its pages first.");
}

async function commitDecision(
  tx: Tx,
  context: AppContext,
  viewer: Viewer,
  file: FileRow,
  field: Field,
  decision: ValidatedDecision,
): Promise<void> {
  const now = context.clock.now();
  const replaced = isApproval(decision.outcome)
    ? await supersedeCurrentApproval(tx, context, file, field)
    : null;
  const { count } = await tx.file.updateMany({
    where: {
      id: file.id,
      status: file.status,
      slot: file.slot,
      sha256: decision.sha256,
      purgedAt: null,
      claimById: viewer.id,
      claimUntil: { gt: now },
    },
    data: {
      status: DECISIONS[decision.outcome].status,
      slot: decidedSlot(file.ownerId, field, decision.outcome),
      decidedAt: now,
      reason: decision.reason,
      message: decision.message,
      facts: decision.facts,
      validUntil: decision.validUntil,
      claimById: null,
      claimUntil: null,
    },
  });
  // The error also rolls back the release of the earlier approval.
  if (count === 0) throw changedProblem();
  await updateKeepUntil(tx, context, field, file.id);
  await refreshRequests(tx, [file]);
  const before: DecisionSnapshot = { status: file.status, slot: file.slot, replaced };
  const decisionId = newId();
  await tx.decision.create({
    data: {
      id: decisionId,
      fileId: file.id,
      byId: viewer.id,
      ...decision,
      before,
      createdAt: now,
    },
  });
  await enqueueDecisionMail(tx, context, { decisionId, ownerId: file.ownerId, outcome: decision.outcome });
}

/** Supersedes the approval that the new one replaces, and returns what an undo has to restore. */
async function supersedeCurrentApproval(
  tx: Tx,
  context: AppContext,
  file: FileRow,
  field: Field,
): Promise<DecisionSnapshot["replaced"]> {
  const slot = slotKey(file.ownerId, field, "held");
  if (slot === null) return null;
  const held = await tx.file.findUnique({ where: { slot }, select: { id: true, status: true } });
  if (!held) return null;
  const { count } = await tx.file.updateMany({
    where: { id: held.id, slot, status: held.status },
    data: { status: "superseded", slot: null, supersededAt: context.clock.now() },
  });
  if (count === 0) throw changedProblem();
  await updateKeepUntil(tx, context, field, held.id);
  return { id: held.id, slot, status: held.status };
}

function changedProblem(): Problem {
  return new Problem("conflict", "Another change came first. Open the document again.");
}

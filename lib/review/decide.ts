import { z } from "zod";
import type { AppContext } from "../app-context";
import type { Tx } from "../db/client";
import { retryTransaction } from "../db/conflict";
import { Problem } from "../errors";
import { createFactsSchema } from "../fields/facts";
import type { Field } from "../fields/field";
import { validUntilOf } from "../fields/validity";
import { type Facts, type FileRow, findField } from "../files/file";
import { slotKey } from "../files/supersede";
import { newId } from "../id";
import { findDecidableFile } from "../permissions/decide";
import type { Viewer } from "../permissions/viewer";
import { multiLineText, singleLineText } from "../text-schemas";
import { DECISIONS } from "./decisions";
import { isApproval, isUndecided, OUTCOMES, UNDECIDED_STATUSES } from "./outcomes";
import { findReview, type Review } from "./review";
import type { DecisionSnapshot } from "./undo";

export const decisionSchema = z.strictObject({
  outcome: z.enum(OUTCOMES),
  reason: singleLineText({ max: 60 }).optional(),
  message: multiLineText({ max: 2000 }).optional(),
  note: multiLineText({ max: 2000 }).optional(),
  facts: z.record(z.string(), z.unknown()).optional(),
  /** SHA-256 of the bytes that the reviewer saw. */
  sha256: z.string().max(44),
  validUntil: z.iso.datetime().optional(),
});

export type DecisionRequest = z.infer<typeof decisionSchema>;

/**
 * Decides on a claimed document in one transaction. An approval supersedes the earlier approval.
 * Errors: not_found; forbidden on the viewer's own document; invalid; conflict without a claim, or
 * if the reviewer saw other bytes.
 */
export async function decideOnDocument(
  context: AppContext,
  viewer: Viewer,
  fileId: string,
  request: DecisionRequest,
): Promise<Review> {
  const file = await findDecidableFile(context, viewer, fileId);
  const field = findField(file);
  if (!field) throw new Problem("conflict", "This document type is no longer in use.");
  const reason = requireReason(field, request);
  const facts = requireFacts(context, field, request);
  const validUntil = isApproval(request.outcome)
    ? resolveValidUntil(context, field, facts, request.validUntil)
    : null;
  requireDecidable(context, viewer, file, request.sha256);
  const decision: ValidatedDecision = { ...request, reason, facts, validUntil };
  await retryTransaction(() =>
    context.db.$transaction((tx) => commitDecision(tx, context, viewer, file, field, decision)),
  );
  return findReview(context, viewer, fileId);
}

function requireReason(field: Field, { outcome, reason }: DecisionRequest): string | null {
  const { label, needsReason } = DECISIONS[outcome];
  if (!needsReason) {
    if (reason) throw invalidInputProblem("reason", `“${label}” takes no reason.`);
    return null;
  }
  const known = field.reasons.find(({ code }) => code === reason);
  if (!known) throw invalidInputProblem("reason", "Choose one of the reasons.");
  if (known.outcome !== outcome)
    throw invalidInputProblem("reason", `“${known.label}” belongs to another decision.`);
  return known.code;
}

function requireFacts({ clock }: AppContext, field: Field, { outcome, facts }: DecisionRequest): Facts {
  const parsed = createFactsSchema(field, {
    complete: DECISIONS[outcome].needsFacts,
    today: clock.now(),
  }).safeParse(facts ?? {});
  if (!parsed.success) {
    const errors = parsed.error.issues.map(({ path, message }) => ({
      path: ["facts", ...path].join("."),
      message,
    }));
    throw new Problem("invalid", "Complete the details from the document.", { errors });
  }
  return Object.fromEntries(
    Object.entries(parsed.data).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}

/**
 * Calculates when an approval expires: the date that the reviewer chose, else by the field's rule.
 * Null if the approval does not expire.
 */
function resolveValidUntil(
  { clock }: AppContext,
  field: Field,
  facts: Facts,
  requested: string | undefined,
): Date | null {
  const until = requested ? new Date(requested) : validUntilOf(field, facts, clock.now());
  if (until && until <= clock.now())
    throw invalidInputProblem("validUntil", "By this date the document has already expired.");
  return until;
}

function requireDecidable({ clock }: AppContext, viewer: Viewer, file: FileRow, sha256: string): void {
  if (file.sha256 !== sha256)
    throw new Problem("conflict", "This is not the document that you saw. Open it again.");
  if (!isUndecided(file.status))
    throw new Problem("conflict", "This document is already decided, withdrawn or replaced.");
  if (file.claimById !== viewer.id || !file.claimUntil || file.claimUntil <= clock.now()) {
    throw new Problem(
      "conflict",
      "Your claim on this document has expired. Claim it again. Your text is saved.",
    );
  }
}

type ValidatedDecision = Omit<DecisionRequest, "reason" | "facts" | "validUntil"> & {
  reason: string | null;
  facts: Facts;
  validUntil: Date | null;
};

async function commitDecision(
  tx: Tx,
  { clock }: AppContext,
  viewer: Viewer,
  file: FileRow,
  field: Field,
  decision: ValidatedDecision,
): Promise<void> {
  const now = clock.now();
  const approves = isApproval(decision.outcome);
  const replaced = approves ? await supersedeCurrentApproval(tx, file, field) : null;
  const { count } = await tx.file.updateMany({
    where: {
      id: file.id,
      status: { in: [...UNDECIDED_STATUSES] },
      sha256: decision.sha256,
      claimById: viewer.id,
      claimUntil: { gt: now },
    },
    data: {
      status: DECISIONS[decision.outcome].status,
      slot: slotKey(file.ownerId, field, approves ? "held" : "pending"),
      decidedAt: now,
      reason: decision.reason,
      message: decision.message || null,
      facts: decision.facts,
      validUntil: decision.validUntil,
      claimById: null,
      claimUntil: null,
    },
  });
  // The error also rolls back the release of the earlier approval.
  if (count === 0) throw new Problem("conflict", "Another change came first. Open the document again.");
  const before: DecisionSnapshot = { status: file.status, slot: file.slot, replaced };
  await tx.decision.create({
    data: {
      id: newId(),
      fileId: file.id,
      byId: viewer.id,
      outcome: decision.outcome,
      reason: decision.reason,
      message: decision.message || null,
      note: decision.note || null,
      facts: decision.facts,
      sha256: decision.sha256,
      validUntil: decision.validUntil,
      before,
      createdAt: now,
    },
  });
}

/** Supersedes the approval that the new one replaces, and returns what an undo has to restore. */
async function supersedeCurrentApproval(
  tx: Tx,
  file: FileRow,
  field: Field,
): Promise<DecisionSnapshot["replaced"]> {
  const slot = slotKey(file.ownerId, field, "held");
  if (slot === null) return null;
  const held = await tx.file.findUnique({ where: { slot }, select: { id: true, status: true } });
  if (!held) return null;
  await tx.file.update({ where: { id: held.id }, data: { status: "superseded", slot: null } });
  return { id: held.id, slot, status: held.status };
}

function invalidInputProblem(path: string, message: string): Problem {
  return new Problem("invalid", message, { errors: [{ path, message }] });
}

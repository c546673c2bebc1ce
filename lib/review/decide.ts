import { z } from "zod";
import type { Viewer } from "../accounts/viewer";
import type { Tx } from "../db/client";
import { retryTransaction } from "../db/conflict";
import type { AppContext } from "../app-context";
import { Problem } from "../errors";
import { createFactsSchema } from "../fields/facts";
import type { Field } from "../fields/field";
import { validUntilOf } from "../fields/validity";
import { type Facts, type FileRow, findField } from "../files/file";
import { slotKey } from "../files/supersede";
import { newId } from "../id";
import { singleLineText, multiLineText } from "../text";
import { requireReviewableFile } from "./claims";
import { DECISIONS, OUTCOMES } from "./decisions";
import { findReview, type Review } from "./review";
import type { DecisionSnapshot } from "./undo";

export const decisionSchema = z.strictObject({
  outcome: z.enum(OUTCOMES),
  reason: singleLineText({ max: 60 }).optional(),
  message: multiLineText({ max: 2000 }).optional(),
  note: multiLineText({ max: 2000 }).optional(),
  facts: z.record(z.string(), z.unknown()).optional(),
  /** Of the bytes that the reviewer saw. */
  sha256: z.string().max(44),
  validUntil: z.iso.datetime().optional(),
});

export type DecisionRequest = z.infer<typeof decisionSchema>;

/**
 * Decides on a claimed document: status, decision and, for an approval, the end of the one it replaces, in one transaction.
 * Errors: not_found, forbidden for one's own, invalid, conflict without a claim or for other bytes than were seen.
 */
export async function decideOnDocument(
  deps: AppContext,
  viewer: Viewer,
  fileId: string,
  request: DecisionRequest,
): Promise<Review> {
  const file = await requireReviewableFile(deps, viewer, fileId);
  const field = findField(file);
  if (!field) throw new Problem("conflict", "This kind of document is no longer asked for.");
  const reason = requireReason(field, request);
  const facts = requireFacts(deps, field, request);
  const validUntil = request.outcome === "approve" ? resolveValidUntil(deps, field, facts, request.validUntil) : null;
  requireDecidable(deps, viewer, file, request.sha256);
  await retryTransaction(() =>
    deps.db.$transaction((tx) =>
      commitDecision(tx, deps, viewer, file, field, { ...request, reason, facts, validUntil }),
    ),
  );
  return findReview(deps, viewer, fileId);
}

function requireReason(field: Field, { outcome, reason }: DecisionRequest): string | null {
  if (!DECISIONS[outcome].needsReason) {
    if (reason) throw invalidInputProblem("reason", "An approval needs no reason.");
    return null;
  }
  const known = field.reasons.find(({ code }) => code === reason);
  if (!known) throw invalidInputProblem("reason", "Please choose one of the reasons.");
  if (known.outcome !== outcome) throw invalidInputProblem("reason", `"${known.label}" belongs to another decision.`);
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
    throw new Problem("invalid", "Please complete what is taken down from the document.", { errors });
  }
  return Object.fromEntries(
    Object.entries(parsed.data).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}

/** Returns the end of the approval: as the reviewer wrote, else by the field's rule. */
function resolveValidUntil({ clock }: AppContext, field: Field, facts: Facts, wanted: string | undefined): Date | null {
  const until = wanted ? new Date(wanted) : validUntilOf(field, facts, clock.now());
  if (until && until <= clock.now())
    throw invalidInputProblem("validUntil", "By its date this document has run out already.");
  return until;
}

function requireDecidable({ clock }: AppContext, viewer: Viewer, file: FileRow, sha256: string): void {
  if (file.sha256 !== sha256)
    throw new Problem("conflict", "This is not the document that you saw. Please look at it again.");
  if (file.status !== "submitted")
    throw new Problem("conflict", "This document is decided, withdrawn or replaced already.");
  if (file.claimById !== viewer.id || !file.claimUntil || file.claimUntil <= clock.now()) {
    throw new Problem(
      "conflict",
      "Your hold on this document has ended. Please claim it again; what you wrote is kept.",
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
  deps: AppContext,
  viewer: Viewer,
  file: FileRow,
  field: Field,
  decided: ValidatedDecision,
): Promise<void> {
  const now = deps.clock.now();
  const approved = decided.outcome === "approve";
  const replaced = approved ? await supersedeCurrentApproval(tx, file, field) : null;
  const { count } = await tx.file.updateMany({
    where: {
      id: file.id,
      status: "submitted",
      sha256: decided.sha256,
      claimById: viewer.id,
      claimUntil: { gt: now },
    },
    data: {
      status: DECISIONS[decided.outcome].status,
      slot: slotKey(file.ownerId, field, approved ? "held" : "pending"),
      decidedAt: now,
      reason: decided.reason,
      message: decided.message || null,
      facts: decided.facts,
      validUntil: decided.validUntil,
      claimById: null,
      claimUntil: null,
    },
  });
  // Rolls back the release of the earlier approval too.
  if (count === 0)
    throw new Problem("conflict", "This document was changed in the meantime. Please look at it again.");
  const before: DecisionSnapshot = { slot: file.slot, replaced };
  await tx.decision.create({
    data: {
      id: newId(),
      fileId: file.id,
      byId: viewer.id,
      outcome: decided.outcome,
      reason: decided.reason,
      message: decided.message || null,
      note: decided.note || null,
      facts: decided.facts,
      sha256: decided.sha256,
      validUntil: decided.validUntil,
      before,
      createdAt: now,
    },
  });
}

/** The approval that this one replaces gives its place up. */
async function supersedeCurrentApproval(
  tx: Tx,
  file: FileRow,
  field: Field,
): Promise<{ id: string; slot: string; status: string } | null> {
  const slot = slotKey(file.ownerId, field, "held");
  const held =
    slot === null ? null : await tx.file.findUnique({ where: { slot }, select: { id: true, status: true } });
  if (!held || slot === null) return null;
  await tx.file.update({ where: { id: held.id }, data: { status: "superseded", slot: null } });
  return { id: held.id, slot, status: held.status };
}

function invalidInputProblem(path: string, message: string): Problem {
  return new Problem("invalid", message, { errors: [{ path, message }] });
}

import { z } from "zod";
import type { Decision } from "../db/generated/client";
import { Problem } from "../errors";
import { dayOf, endOfDay } from "../fields/calendar";
import { createFactsSchema } from "../fields/facts";
import type { Field } from "../fields/field";
import { validUntilOf } from "../fields/validity";
import type { Facts } from "../files/file";
import { multiLineText, singleLineText } from "../text-schemas";
import { DECISIONS } from "./decisions";
import { isApproval, OUTCOMES, type Outcome } from "./outcomes";

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

export type ValidatedDecision = Pick<Decision, "reason" | "message" | "note" | "sha256" | "validUntil"> & {
  outcome: Outcome;
  facts: Facts;
};

/** The time of a decision, and the organisation's time zone. */
type DecisionTime = { at: Date; timeZone: string };

/** Validates a request as of the time of the decision. Errors: invalid. */
export function validateDecision(
  field: Field,
  request: DecisionRequest,
  time: DecisionTime,
): ValidatedDecision {
  const { outcome, sha256 } = request;
  const reason = requireReason(field, request);
  const facts = requireFacts(field, request, time.at);
  return {
    outcome,
    sha256,
    reason,
    facts,
    message: request.message || null,
    note: request.note || null,
    validUntil: isApproval(outcome) ? resolveValidUntil(field, facts, request.validUntil, time) : null,
  };
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

function requireFacts(field: Field, { outcome, facts }: DecisionRequest, today: Date): Facts {
  const parsed = createFactsSchema(field, {
    complete: DECISIONS[outcome].needsFacts,
    today,
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
 * Calculates when an approval expires: at the end of the day that the reviewer chose, else of the
 * day by the field's rule. Null if the approval does not expire.
 */
function resolveValidUntil(
  field: Field,
  facts: Facts,
  requested: string | undefined,
  { at, timeZone }: DecisionTime,
): Date | null {
  // A form sends a day as its first instant in UTC.
  const day = requested ? dayOf(new Date(requested), "UTC") : validUntilOf(field, facts, dayOf(at, timeZone));
  const until = day === null ? null : endOfDay(day, timeZone);
  if (until && until <= at)
    throw invalidInputProblem("validUntil", "By this date the document has already expired.");
  return until;
}

function invalidInputProblem(path: string, message: string): Problem {
  return new Problem("invalid", message, { errors: [{ path, message }] });
}

import type { FieldError } from "@/lib/errors";
import type { Field } from "@/lib/fields/field";
import { DECISIONS } from "@/lib/review/decisions";
import { isApproval, type Outcome } from "@/lib/review/outcomes";
import type { Draft } from "./draft";

/** The properties of a field that the review page uses. */
export type ReviewField = Pick<
  Field,
  "name" | "label" | "reasons" | "facts" | "validFor" | "validUntil" | "watermark"
>;

/** Returns the `id` of a control. The link of an error leads to it. */
export function controlId(path: string): string {
  return path.replaceAll(".", "-");
}

/** Builds the body of `POST /api/reviews/{id}/decision`. */
export function buildDecisionRequest(field: ReviewField, draft: Draft, outcome: Outcome, sha256: string) {
  const rule = DECISIONS[outcome];
  const message = draft.message.trim();
  const note = draft.note.trim();
  return {
    outcome,
    sha256,
    ...(rule.needsReason ? { reason: draft.reason } : {}),
    ...(message ? { message } : {}),
    ...(note ? { note } : {}),
    facts: buildFacts(field, draft, rule.needsFacts),
    ...(isApproval(outcome) && draft.validUntil
      ? { validUntil: new Date(draft.validUntil).toISOString() }
      : {}),
  };
}

/** Returns the entered facts. `complete` adds empty required ones, so the server names them. */
function buildFacts({ facts }: ReviewField, draft: Draft, complete: boolean): Draft["facts"] {
  return Object.fromEntries(
    facts.flatMap(({ name, kind, required }) => {
      const value = draft.facts[name] ?? (kind === "check" ? false : "");
      return value || (complete && required) ? [[name, value] as const] : [];
    }),
  );
}

/**
 * Finds the missing entries of a decision, in the order of the form, with the paths of the
 * server.
 */
export function findMissingEntries(field: ReviewField, draft: Draft, outcome: Outcome): FieldError[] {
  const rule = DECISIONS[outcome];
  return [
    ...missingFacts(field, draft, outcome).map(({ name, label, kind }) => ({
      path: `facts.${name}`,
      message:
        kind === "check"
          ? `Tick “${label}”, or choose another decision`
          : `Enter the ${lowerCaseFirst(label)}`,
    })),
    ...(rule.needsReason && !draft.reason
      ? [{ path: "reason", message: "Choose a reason. The member will see it" }]
      : []),
  ];
}

function missingFacts({ facts }: ReviewField, draft: Draft, outcome: Outcome): ReviewField["facts"] {
  return DECISIONS[outcome].needsFacts
    ? facts.filter(({ name, required }) => required && !draft.facts[name])
    : [];
}

/**
 * Names the facts that a decision still needs, or returns null: "certificate number, date of
 * issue".
 */
export function describeMissingFacts(field: ReviewField, draft: Draft, outcome: Outcome): string | null {
  const names = missingFacts(field, draft, outcome).map(({ label, kind }) =>
    kind === "check" ? `a tick at “${label}”` : lowerCaseFirst(label),
  );
  return names.length > 0 ? names.join(", ") : null;
}

/** Puts the label of a fact before the server's message, such as "lies in the future". */
export function addFactLabels(field: ReviewField, errors: readonly FieldError[]): FieldError[] {
  return errors.map(({ path, message }) => {
    const fact = field.facts.find(({ name }) => path === `facts.${name}`);
    return { path, message: fact ? `${fact.label} ${message}` : message };
  });
}

function lowerCaseFirst(text: string): string {
  return text.slice(0, 1).toLowerCase() + text.slice(1);
}

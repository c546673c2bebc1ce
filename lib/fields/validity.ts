import { addDuration } from "./duration";
import type { Field } from "./field";

type ValidityRule = Pick<Field, "facts" | "validFor" | "validUntil">;

/** Returns the name of the fact that is the date of issue, or undefined. */
export function issueDateFactOf({ facts }: Pick<Field, "facts">): string | undefined {
  return facts.find((fact) => fact.kind === "date" && fact.issueDate)?.name;
}

/**
 * Computes the end of an approval from the field's rule and the recorded facts. Returns null if the
 * field has no rule or the date is missing. The result means its day in UTC, see `endOfDay`.
 */
export function validUntilOf(
  field: ValidityRule,
  facts: Readonly<Record<string, unknown>>,
  decidedAt: Date,
): Date | null {
  if (field.validUntil) return dateOf(facts[field.validUntil.fact]);
  if (!field.validFor) return null;
  const issued = facts[issueDateFactOf(field) ?? ""];
  const start = issued ? dateOf(issued) : decidedAt;
  return start && addDuration(start, field.validFor);
}

/** Returns the last instant of the day in UTC: "until" a day includes that day. */
export function endOfDay(until: Date): Date {
  return new Date(new Date(until).setUTCHours(23, 59, 59, 999));
}

function dateOf(value: unknown): Date | null {
  const date = typeof value === "string" && value !== "" ? new Date(value) : null;
  return date && !Number.isNaN(date.getTime()) ? date : null;
}

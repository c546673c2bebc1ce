import { addDuration, type Day, toDay } from "./calendar";
import type { Field } from "./field";

type ValidityRule = Pick<Field, "facts" | "validFor" | "validUntil">;

/** Returns the name of the fact that is the date of issue, or undefined. */
export function issueDateFactOf({ facts }: Pick<Field, "facts">): string | undefined {
  return facts.find((fact) => fact.kind === "date" && fact.issueDate)?.name;
}

/**
 * Computes the last day of an approval from the field's rule and the recorded facts. Returns null
 * if the field has no rule or the date is missing.
 */
export function validUntilOf(
  field: ValidityRule,
  facts: Readonly<Record<string, unknown>>,
  decidedOn: Day,
): Day | null {
  if (field.validUntil) return toDay(facts[field.validUntil.fact]);
  if (!field.validFor) return null;
  const issued = facts[issueDateFactOf(field) ?? ""];
  const start = issued ? toDay(issued) : decidedOn;
  return start && addDuration(start, field.validFor);
}

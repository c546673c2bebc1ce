import { z } from "zod";
import { cleanText, isPlainLine } from "../text-schemas";
import type { Fact, Field } from "./field";

type FactsOptions = {
  /** Whether required facts must be present: for an approval. */
  complete: boolean;
  today: Date;
};

/**
 * Builds the schema of the facts that a reviewer records for this field. It refuses other names. If
 * not `complete`, an empty text or an unticked box counts as absent. Messages continue the fact's
 * label: "Date of issue is in the future".
 */
export function createFactsSchema(field: Pick<Field, "facts">, { complete, today }: FactsOptions) {
  return z.strictObject(
    Object.fromEntries(
      field.facts.map((fact) => {
        const needed = complete && fact.required;
        const schema = createFactSchema(fact, { needed, today });
        return [fact.name, needed ? schema : schema.optional()];
      }),
    ),
  );
}

function createFactSchema(
  fact: Fact,
  { needed, today }: { needed: boolean; today: Date },
): z.ZodType<string | boolean> {
  switch (fact.kind) {
    case "text":
      return z
        .string(typeErrorMessage("must be text"))
        .max(400, "must be one line of at most 100 characters")
        .transform(cleanText)
        .refine((value) => value !== "" || !needed, "is required")
        .refine(
          (value) => value.length <= 100 && isPlainLine(value),
          "must be one line of at most 100 characters",
        );
    case "date": {
      const { when = "past" } = fact;
      return z.iso
        .date({ ...typeErrorMessage("must be a date"), abort: true })
        .refine((value) => when !== "past" || value <= latestToday(today), "is in the future")
        .refine((value) => when !== "future" || new Date(value) > today, "must be after today");
    }
    case "check":
      return z
        .boolean(typeErrorMessage("must be yes or no"))
        .refine((value) => value || !needed, "must be ticked for an approval");
  }
}

/** The latest day that is today anywhere: reviewers read dates in every time zone, up to UTC+14. */
function latestToday(now: Date): string {
  return new Date(now.getTime() + 14 * 3_600_000).toISOString().slice(0, 10);
}

function typeErrorMessage(message: string) {
  return { error: ({ input }: { input?: unknown }) => (input ? message : "is required") };
}

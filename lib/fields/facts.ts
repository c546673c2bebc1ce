import { z } from "zod";
import type { Fact, Field } from "./field";

/** The fact that validity counts from, by convention, where a field has it. */
export const ISSUE_DATE_FACT = "issuedOn";

/**
 * What a reviewer may take down for this field: its facts and nothing else. Required ones are asked for where `complete`; before that, an
 * empty line or an open box is as good as none. Messages go on from the fact's label: "Date of issue lies in the future".
 */
export function createFactsSchema(
  field: Pick<Field, "facts">,
  { complete, today }: { complete: boolean; today: Date },
) {
  return z.strictObject(
    Object.fromEntries(
      field.facts.map((fact) => {
        const needed = complete && fact.required;
        const schema = createFactSchema(fact.kind, { needed, today });
        return [fact.name, needed ? schema : schema.optional()];
      }),
    ),
  );
}

function createFactSchema(
  kind: Fact["kind"],
  { needed, today }: { needed: boolean; today: Date },
): z.ZodType<string | boolean> {
  switch (kind) {
    case "text":
      return z
        .string(typeErrorMessage("must be text"))
        .max(400, "must be one line of at most 100 characters")
        .transform((value) => value.trim())
        .refine((value) => value !== "" || !needed, "is needed")
        .refine(
          (value) => value.length <= 100 && value.isWellFormed() && !/\p{Cc}/u.test(value),
          "must be one line of at most 100 characters",
        );
    case "date":
      return z.iso
        .date({ ...typeErrorMessage("must be a date"), abort: true })
        .refine((value) => new Date(value) <= today, "lies in the future");
    case "check":
      return z
        .boolean(typeErrorMessage("must be yes or no"))
        .refine((value) => value || !needed, "must be the case for an approval");
  }
}

function typeErrorMessage(message: string) {
  return { error: ({ input }: { input?: unknown }) => (input ? message : "is needed") };
}

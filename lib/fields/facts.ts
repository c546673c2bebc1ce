import { z } from "zod";
import type { Fact, Field } from "./field";

/** The fact that validity counts from, by convention, where a field has it. */
export const ISSUE_DATE = "issuedOn";

/** What a reviewer may take down for this field: its facts and nothing else. Required ones are asked for where `complete`. */
export function factsSchemaOf(
  field: Pick<Field, "facts">,
  { complete, today }: { complete: boolean; today: Date },
) {
  return z.strictObject(
    Object.fromEntries(
      field.facts.map((fact) => {
        const schema = schemaOf(fact, today);
        return [fact.name, complete && fact.required ? schema : schema.optional()];
      }),
    ),
  );
}

function schemaOf({ kind, required }: Fact, today: Date): z.ZodType<string | boolean> {
  switch (kind) {
    case "text":
      return z
        .string()
        .max(400)
        .transform((value) => value.trim())
        .refine((value) => value !== "" || !required, "is needed")
        .refine(
          (value) => value.length <= 100 && value.isWellFormed() && !/\p{Cc}/u.test(value),
          "must be one line of at most 100 characters",
        );
    case "date":
      return z.iso.date("must be a date").refine((value) => new Date(value) <= today, "lies in the future");
    case "check":
      return z.boolean().refine((value) => value || !required, "must be the case for an approval");
  }
}

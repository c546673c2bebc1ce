import type { core } from "zod";
import { findConflicts } from "./conflicts";
import type { Field } from "./field";
import { fieldSchema } from "./field-schema";

/** The declared fields by name. A `Map` has no inherited keys such as "constructor". */
export type FieldRegistry = ReadonlyMap<string, Field>;

/** Builds the registry. Throws one error that names every fault of every declaration. */
export function declareFields(fields: readonly Field[]): FieldRegistry {
  const faults = fields.flatMap((field, index) => {
    const isDuplicate = fields.findIndex(({ name }) => name === field.name) < index;
    return [...findFaults(field), ...(isDuplicate ? ["name: it is declared twice"] : [])].map(
      (fault) => `${field.name}.${fault}`,
    );
  });
  if (faults.length > 0)
    throw new Error(`These declarations in lib/fields are not valid:\n- ${faults.join("\n- ")}`);
  return new Map(fields.map((field) => [field.name, field]));
}

function findFaults(field: Field): string[] {
  const issues = fieldSchema.safeParse(field).error?.issues ?? [];
  // TypeScript refuses a property of the wrong type or a missing one. Only then are rules
  // between properties meaningless.
  const isWellTyped = issues.every(({ code }) => code !== "invalid_type" && code !== "invalid_union");
  return [...issues.map(describeIssue), ...(isWellTyped ? findConflicts(field) : [])];
}

function describeIssue({ path, message }: core.$ZodIssue): string {
  return path.length > 0 ? `${path.join(".")}: ${message}` : message;
}

import { isDuration } from "./duration";
import { type Field, GiB, MiB } from "./field";

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html: the most that one server-side copy moves, the least that a part but the last has, the most parts. */
const MAX_SINGLE_REQUEST_BYTES = 5 * GiB;
const MIN_PART_BYTES = 5 * MiB;
const MAX_PARTS = 10_000;

/** The declared fields, by name. A `Map`, so that "constructor" is not a field. */
export type FieldRegistry = ReadonlyMap<string, Field>;

/** Builds the registry, or throws naming every declaration that cannot be kept. */
export function declareFields(fields: readonly Field[]): FieldRegistry {
  const problems = fields.flatMap((field, index) => [
    ...findDeclarationErrors(field).map((fault) => `${field.name}: ${fault}`),
    ...(fields.findIndex((other) => other.name === field.name) < index
      ? [`${field.name}: is declared twice`]
      : []),
  ]);
  if (problems.length > 0)
    throw new Error(`These file fields cannot be declared:\n- ${problems.join("\n- ")}`);
  return new Map(fields.map((field) => [field.name, field]));
}

function findDeclarationErrors(field: Field): string[] {
  const faults: string[] = [];
  if (!/^[a-z][a-zA-Z0-9]{0,62}$/.test(field.name)) faults.push("the name must be camelCase");
  if (field.storage === "private" && !field.retention) faults.push("a private field needs a retention rule");
  if (field.retention && !isDuration(field.retention.for))
    faults.push(`"${field.retention.for}" is no ISO 8601 duration`);
  if (field.validFor && !isDuration(field.validFor))
    faults.push(`"${field.validFor}" is no ISO 8601 duration`);
  if (field.reviewers !== 1) faults.push("`reviewers` must be 1: no code asks a second reviewer yet");
  if (!(field.maxSize > 0) || !(field.partSize > 0)) faults.push("sizes must be above 0");
  if (field.maxSize > MAX_SINGLE_REQUEST_BYTES) faults.push("no store copies more than 5 GiB at once");
  if (field.partSize > MAX_SINGLE_REQUEST_BYTES) faults.push("no store takes more than 5 GiB in one piece");
  if (field.maxSize > field.partSize) {
    if (field.partSize < MIN_PART_BYTES) faults.push("no store takes parts under 5 MiB");
    if (field.maxSize > field.partSize * MAX_PARTS) faults.push("no store takes more than 10,000 parts");
  }
  if (field.accept.length === 0) faults.push("it accepts nothing");
  if (field.storage === "public" && field.accept.includes("application/pdf")) {
    faults.push("public files are pictures that we re-encode; a PDF cannot be one");
  }
  if (field.storage === "private" && field.visibility === "owner")
    faults.push("a private field's flag is fixed");
  if (field.reviewed && field.reasons.length === 0) faults.push("a reviewed field needs reasons");
  return faults;
}

import { contract } from "../contract";
import { type Field, GiB, MiB } from "../field";
import { declareFields, type FieldRegistry } from "../registry";

/** Has the smallest parts that stores accept: a multipart test needs few bytes. */
const bundle: Field = {
  ...contract,
  name: "bundle",
  label: "Bundles",
  help: "Several letters in one file.",
  maxSize: 60 * MiB,
  partSize: 5 * MiB,
};

const archive: Field = {
  ...contract,
  name: "archive",
  label: "Archives",
  help: "All documents in one file.",
  maxSize: 4 * GiB,
};

/**
 * Adds two fields for tests to the site's fields:
 * `vi.mock("@/lib/fields/fields", async (original) => withLargeFields(await original()))`.
 */
export function withLargeFields({ fields }: { fields: FieldRegistry }): { fields: FieldRegistry } {
  return { fields: declareFields([...fields.values(), bundle, archive]) };
}

import { contract } from "../contract";
import { type Field, GiB, MiB } from "../field";
import { declareFields, type FieldRegistry } from "../registry";

/** In the smallest parts that stores take, so that a test need not move much. */
const bundle: Field = {
  ...contract,
  name: "bundle",
  label: "Bundles",
  help: "Several letters in one.",
  maxSize: 60 * MiB,
  partSize: 5 * MiB,
};

const archive: Field = {
  ...contract,
  name: "archive",
  label: "Archives",
  help: "Everything at once.",
  maxSize: 4 * GiB,
};

/**
 * The site's fields and two that only tests have, in place of the module that declares them:
 * `vi.mock("@/lib/fields/fields", async (original) => withLargeFields(await original()))`.
 */
export function withLargeFields({ fields }: { fields: FieldRegistry }): { fields: FieldRegistry } {
  return { fields: declareFields([...fields.values(), bundle, archive]) };
}

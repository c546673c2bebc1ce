import type { AppContext } from "../../app-context";
import { originalKey, variantKey, variantsSchema } from "../../files/file";
import { isKey } from "../../storage/key";
import type { Finding } from "./finding";

/** The repair of a finding. `nothing` says why there is none. */
export type Repair =
  /** Schedules a purge of the object, after a grace in which an operator can stop it. */
  | { action: "destroy" }
  /** Renders the picture's variants again from its rendition, and publishes them. */
  | { action: "render"; fileId: string }
  /** Copies the private variants to the public storage again. */
  | { action: "publish"; fileId: string }
  | { action: "nothing"; reason: string };

/** Plans the repair of a finding from the current state. Changes nothing. Errors: unavailable. */
export async function planRepair(
  context: Pick<AppContext, "db" | "storages">,
  finding: Finding,
): Promise<Repair> {
  if (finding.kind === "unknown") {
    // A purge of a key that ends in a slash would delete everything under it.
    return isKey(finding.key)
      ? { action: "destroy" }
      : {
          action: "nothing",
          reason: "this application does not create such a key; check the object and remove it by hand",
        };
  }
  const { storage, key, fileId } = finding;
  const file = await context.db.file.findUnique({ where: { id: fileId } });
  if (!file || file.purgedAt) return { action: "nothing", reason: "its file no longer exists" };
  if (storage === "private" && key === originalKey(file))
    return { action: "nothing", reason: "it is the original: restore it from a backup" };
  const isComplete = async (key: string, size: number) =>
    (await context.storages.private.stat(key))?.size === size;
  if (storage === "public") {
    const variants = variantsSchema.parse(file.variants);
    const complete = await Promise.all(
      variants.map(({ name, size }) => isComplete(variantKey(file, name), size)),
    );
    if (complete.every(Boolean)) return { action: "publish", fileId };
  }
  if (await isComplete(originalKey(file), Number(file.size))) return { action: "render", fileId };
  return {
    action: "nothing",
    reason: "its original is not complete either: restore that from a backup first",
  };
}

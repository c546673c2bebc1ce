import type { AppContext } from "../../app-context";
import { originalKey, variantKey, variantsSchema } from "../../files/file";
import { isKey } from "../../storage/key";
import type { Finding } from "./finding";

/** What a repair does about a finding; nothing where it says why not. */
export type Repair =
  /** Written down to be destroyed, after a grace in which it can still be stopped. */
  | { action: "destroy" }
  /** The picture's variants once more from its rendition, and the publication of it. */
  | { action: "render"; fileId: string }
  /** The public copies once more from the private ones. */
  | { action: "publish"; fileId: string }
  | { action: "nothing"; reason: string };

/** What can be done about a finding, from what is there now. Changes nothing. Errors: unavailable. */
export async function planRepair(deps: Pick<AppContext, "db" | "storages">, finding: Finding): Promise<Repair> {
  if (finding.kind === "unknown") {
    // A name that ends in a slash would be taken for a folder, and everything below it be destroyed.
    return isKey(finding.key)
      ? { action: "destroy" }
      : {
          action: "nothing",
          reason: "its name is none that this application gives; look at it and remove it by hand",
        };
  }
  const { storage, key, fileId } = finding;
  const file = await deps.db.file.findUnique({ where: { id: fileId } });
  if (!file || file.purgedAt) return { action: "nothing", reason: "its file is gone by now" };
  if (storage === "private" && key === originalKey(file))
    return { action: "nothing", reason: "it is the original: restore it from a backup" };
  const { private: secret } = deps.storages;
  const whole = async (of: string, size: number) => (await secret.stat(of))?.size === size;
  if (storage === "public") {
    const variants = variantsSchema.parse(file.variants);
    const there = await Promise.all(variants.map(({ name, size }) => whole(variantKey(file, name), size)));
    if (there.every(Boolean)) return { action: "publish", fileId };
  }
  if (await whole(originalKey(file), Number(file.size))) return { action: "render", fileId };
  return { action: "nothing", reason: "its original is not whole either: restore that from a backup first" };
}

import type { Deps } from "../../deps";
import { originalKey, variantKey, variantsSchema } from "../../files/file";
import { isKey } from "../../storage/key";
import type { Finding } from "./finding";

/** What a repair does about a finding; nothing where it says why not. */
export type Repair =
  /** Written down to be destroyed, after a grace in which it can still be stopped. */
  | { what: "destroy" }
  /** The picture's variants once more from its rendition, and the publication of it. */
  | { what: "render"; fileId: string }
  /** The public copies once more from the private ones. */
  | { what: "publish"; fileId: string }
  | { what: "nothing"; because: string };

/** What can be done about a finding, from what is there now. Changes nothing. Errors: unavailable. */
export async function repairOf(deps: Pick<Deps, "db" | "storages">, finding: Finding): Promise<Repair> {
  if (finding.kind === "unknown") {
    // A name that ends in a slash would be taken for a folder, and everything below it be destroyed.
    return isKey(finding.key)
      ? { what: "destroy" }
      : {
          what: "nothing",
          because: "its name is none that this application gives; look at it and remove it by hand",
        };
  }
  const { storage, key, fileId } = finding;
  const file = await deps.db.file.findUnique({ where: { id: fileId } });
  if (!file || file.purgedAt) return { what: "nothing", because: "its file is gone by now" };
  if (storage === "private" && key === originalKey(file))
    return { what: "nothing", because: "it is the original: restore it from a backup" };
  const { private: secret } = deps.storages;
  const whole = async (of: string, size: number) => (await secret.stat(of))?.size === size;
  if (storage === "public") {
    const variants = variantsSchema.parse(file.variants);
    const there = await Promise.all(variants.map(({ name, size }) => whole(variantKey(file, name), size)));
    if (there.every(Boolean)) return { what: "publish", fileId };
  }
  if (await whole(originalKey(file), Number(file.size))) return { what: "render", fileId };
  return { what: "nothing", because: "its original is not whole either: restore that from a backup first" };
}

import type { Deps } from "../deps";
import { type FileRow, variantKey, variantsSchema } from "../files/file";
import { renderCard } from "../inspect/card";
import { collect } from "../storage/collect";
import { findPublic } from "./profile";

/**
 * What shows of a visible profile where its address is shared: a PNG of 1200 x 630 with the picture as it is published. Errors: not_found (for a hidden
 * profile too), unavailable.
 */
export async function profileCard(deps: Pick<Deps, "db" | "storages">, handle: string): Promise<Buffer> {
  const { user, file } = await findPublic(deps, handle);
  const picture = file ? await publishedPicture(deps, file) : undefined;
  return renderCard({ name: user.name, headline: user.headline, picture });
}

/** The bytes come from where the variants always lie, for a copy under a public address may be on its way out. */
async function publishedPicture(
  { storages }: Pick<Deps, "storages">,
  file: FileRow,
): Promise<Buffer | undefined> {
  if (file.publicPrefix === null) return undefined;
  const largest = variantsSchema.parse(file.variants).findLast(({ type }) => type === "image/webp");
  return largest && collect(await storages.private.read(variantKey(file, largest.name)));
}

import type { Deps } from "../deps";
import { type FileRow, variantKey, variantsSchema } from "../files/file";
import { renderCard } from "../inspect/card";
import { collect } from "../storage/collect";
import { findPublic } from "./profile";

/**
 * What shows of a visible profile where its address is shared: a PNG of 1200 x 630 with the picture as it is published. Errors: not_found (for a hidden
 * profile too), unavailable.
 */
export async function profileCard(
  deps: Pick<Deps, "db" | "storages" | "cards">,
  handle: string,
): Promise<Buffer> {
  const { user, file } = await findPublic(deps, handle);
  const { id, name, headline } = user;
  const draw = async () => {
    const picture = file ? await publishedPicture(deps, file) : undefined;
    return renderCard({ name, headline, picture });
  };
  // Asked for by whatever unfolds addresses, often and many at once. Whether it may be seen, and what is on it, was read this very moment.
  const shown = file?.publicPrefix ? [file.id, file.cut, file.publicPrefix] : null;
  return deps.cards ? deps.cards.of(JSON.stringify([id, name, headline, shown]), id, draw) : draw();
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

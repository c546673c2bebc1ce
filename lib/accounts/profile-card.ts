import type { AppContext } from "../app-context";
import { type FileRow, variantKey, variantsSchema } from "../files/file";
import { renderCard } from "../inspect/card";
import { readAll } from "../storage/read-all";
import { findPublicProfile } from "./profile";

/**
 * What shows of a visible profile where its address is shared: a PNG of 1200 x 630 with the picture as it is published. Errors: not_found (for a hidden
 * profile too), unavailable.
 */
export async function getProfileCard(
  deps: Pick<AppContext, "db" | "storages" | "profileCards">,
  handle: string,
): Promise<Buffer> {
  const { user, file } = await findPublicProfile(deps, handle);
  const { id, name, headline } = user;
  const draw = async () => {
    const picture = file ? await readPublishedPicture(deps, file) : undefined;
    return renderCard({ name, headline, picture });
  };
  // Asked for by whatever unfolds addresses, often and many at once. Whether it may be seen, and what is on it, was read this very moment.
  const shown = file?.publicPrefix ? [file.id, file.cut, file.publicPrefix] : null;
  return deps.profileCards ? deps.profileCards.getOrCreate(JSON.stringify([id, name, headline, shown]), id, draw) : draw();
}

/** The bytes come from where the variants always lie, for a copy under a public address may be on its way out. */
async function readPublishedPicture(
  { storages }: Pick<AppContext, "storages">,
  file: FileRow,
): Promise<Buffer | undefined> {
  if (file.publicPrefix === null) return undefined;
  const largest = variantsSchema.parse(file.variants).findLast(({ type }) => type === "image/webp");
  return largest && readAll(await storages.private.read(variantKey(file, largest.name)));
}

import type { AppContext } from "../app-context";
import { type FileRow, variantKey, variantsSchema } from "../files/file";
import { hasTombstone } from "../files/tombstones";
import { withDecoder } from "../inspect/decode";
import { readAll } from "../storage/read-all";
import { findPublicProfile } from "./profile";

/**
 * Returns the Open Graph image of a public profile: a PNG of 1200 x 630 with the published picture.
 * Errors: not_found (for a private profile too), unavailable.
 */
export async function getProfileCard(
  context: Pick<AppContext, "db" | "storages" | "decoders" | "profileCards">,
  handle: string,
): Promise<Buffer> {
  const { user, file } = await findPublicProfile(context, handle);
  const { id, name, headline } = user;
  const render = async () => {
    const claim = { person: id, purpose: "image" } as const;
    const card = await withDecoder(context.decoders, claim, async (decoder) => {
      const picture = file ? await readPublishedPicture(context, file) : undefined;
      return decoder.run("renderCard", picture ?? Buffer.alloc(0), { name, handle: user.handle, headline });
    });
    return Buffer.from(card);
  };
  // Link previews request it often and concurrently. The key contains all that the card shows.
  const shown = file?.publicPrefix ? [file.id, file.cut, file.publicPrefix] : null;
  return context.profileCards
    ? context.profileCards.getOrCreate(JSON.stringify([id, name, user.handle, headline, shown]), id, render)
    : render();
}

/**
 * Reads the private variant, because the public copy may be deleted at this moment. Returns
 * undefined for a destroyed picture that a restored backup has brought back.
 */
async function readPublishedPicture(
  { storages }: Pick<AppContext, "storages">,
  file: FileRow,
): Promise<Buffer | undefined> {
  if (file.publicPrefix === null || (await hasTombstone({ storages }, file.id))) return undefined;
  const largest = variantsSchema.parse(file.variants).findLast(({ type }) => type === "image/webp");
  return largest && readAll(await storages.private.read(variantKey(file, largest.name)));
}

import { Problem } from "../errors";
import type { MediaType } from "../fields/field";

/** Nobody reviews more pages than this at a sitting, and each of them can be asked for as a picture. */
export const MAX_PAGES = 500;

/**
 * Opens a document as its reader will, whole. A picture is one page. Fails with `unreadable_file`: broken, locked with a password, moving,
 * too many pixels or pages. A PDF that opens without a password is accepted, whatever else its author wished to forbid.
 */
export async function inspectDocument(bytes: Buffer, type: MediaType): Promise<{ pages: number }> {
  if (type === "application/pdf") return { pages: await countPdfPages(bytes) };
  const { openPicture: open, mapDecodeErrors: readable, readPictureHeader: readHeader } = await import("./decoder");
  await readHeader(bytes);
  // The smallest picture that still makes the decoder go through every byte: what is cut off shows only there.
  await readable(() => open(bytes).resize(32, 32, { fit: "fill" }).raw().toBuffer());
  return { pages: 1 };
}

async function countPdfPages(bytes: Buffer): Promise<number> {
  const { countPages } = await import("./pdf");
  const pages = await countPages(bytes);
  if (pages >= 1 && pages <= MAX_PAGES) return pages;
  throw new Problem(
    "unreadable_file",
    pages < 1
      ? "This PDF has no pages. Save or scan it once more, and send that."
      : `This PDF has ${pages} pages; we can take ${MAX_PAGES}. Send the part that is asked for.`,
  );
}

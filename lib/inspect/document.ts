import { Problem } from "../errors";
import type { MediaType } from "../fields/field";

/** A reviewer may request each page as an image, so their number has a limit. */
export const MAX_PAGES = 500;

/**
 * Opens a complete document and counts its pages. A picture is one page. Throws `unreadable_file`:
 * broken, password-protected, animated, too many pixels or pages. It ignores other PDF
 * restrictions.
 */
export async function inspectDocument(bytes: Buffer, type: MediaType): Promise<{ pages: number }> {
  if (type === "application/pdf") return { pages: await countPdfPages(bytes) };
  const { decodePicture, readPictureHeader } = await import("./decoder");
  await readPictureHeader(bytes);
  // A tiny output, but the decoder reads every byte: only so a truncated file shows.
  await decodePicture(bytes, (open) => open().resize(32, 32, { fit: "fill" }).raw().toBuffer());
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

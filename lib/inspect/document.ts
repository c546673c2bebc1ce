import type { MediaType } from "../fields/field";
import { countTiles } from "./page-grid";

export type InspectedDocument = {
  pages: number;
  /** The number of images that show each page at a readable size. */
  tiles: number[];
  /** Whether some letters cannot be drawn, because the file does not contain their font. */
  missingLetters: boolean;
};

/**
 * Opens a complete document, draws its pages, and counts them. A picture is one page. Throws
 * `unreadable_file`: broken, password-protected, animated, too many pixels or pages, or a page that
 * cannot be drawn. It ignores other PDF restrictions. Calls `onPage` after each page.
 */
export async function inspectDocument(
  bytes: Buffer,
  type: MediaType,
  onPage?: () => void,
): Promise<InspectedDocument> {
  if (type === "application/pdf") return inspectPdf(bytes, onPage);
  const { decodePicture, readPictureHeader } = await import("./decoder");
  const { width, height } = await readPictureHeader(bytes);
  // A page image needs every pixel. Without the extract a JPEG is decoded at a fraction of its
  // size, and a missing end does not show.
  await decodePicture(bytes, (open) =>
    open().extract({ left: 0, top: 0, width, height }).resize(32, 32, { fit: "fill" }).raw().toBuffer(),
  );
  return { pages: 1, tiles: [countTiles({ width, height }, width)], missingLetters: false };
}

async function inspectPdf(bytes: Buffer, onPage?: () => void): Promise<InspectedDocument> {
  const { drawPages } = await import("./pdf");
  return drawPages(bytes, { onPage });
}

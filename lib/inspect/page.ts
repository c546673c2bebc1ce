import { notFoundProblem } from "../errors";
import type { MediaType } from "../fields/field";
import { decodePicture, openPixels, type Pixels, readPictureHeader, toPixels } from "./decoder";

export type PageImage = { data: Buffer; type: "image/webp"; width: number; height: number };

export type PageOptions = {
  /** Pixels, from 64 to 3200. Default: 1600. A picture is never enlarged. */
  width?: number;
  /** Text over the page: the viewer and the time. */
  watermark?: { text: string };
};

/** Longest side of a page image. A WebP has at most 16,383. */
const MAX_SIDE = 12_000;

/**
 * Renders page `page` (from 1) as a new image that contains no byte of the file and no code. Throws
 * `not_found` without such a page, and `unreadable_file`.
 */
export async function renderPage(
  bytes: Buffer,
  type: MediaType,
  page: number,
  options: PageOptions = {},
): Promise<PageImage> {
  if (!Number.isSafeInteger(page) || page < 1) throw notFoundProblem();
  const width = Math.round(Math.min(Math.max(options.width ?? 1600, 64), 3200));
  const pixels =
    type === "application/pdf"
      ? await renderFromPdf(bytes, page, width)
      : await renderFromPicture(bytes, page, width);
  const marked = options.watermark ? await addWatermark(pixels, options.watermark.text) : pixels;
  const data = await openPixels(marked)
    .flatten({ background: "#ffffff" })
    .webp({ quality: 82, effort: 2 })
    .toBuffer();
  return { data, type: "image/webp", width: marked.width, height: marked.height };
}

async function renderFromPdf(bytes: Buffer, page: number, width: number): Promise<Pixels> {
  const { renderPdfPage } = await import("./pdf");
  return renderPdfPage(bytes, page, width);
}

async function renderFromPicture(bytes: Buffer, page: number, width: number): Promise<Pixels> {
  if (page !== 1) throw notFoundProblem();
  await readPictureHeader(bytes);
  return decodePicture(bytes, (open) =>
    toPixels(open().resize(width, MAX_SIDE, { fit: "inside", withoutEnlargement: true })),
  );
}

async function addWatermark(page: Pixels, text: string): Promise<Pixels> {
  const { applyWatermark } = await import("./watermark");
  return applyWatermark(page, text);
}

import { notFoundProblem } from "../errors";
import type { MediaType } from "../fields/field";
import { openPicture, openPixels, type Pixels, mapDecodeErrors, readPictureHeader, toPixels } from "./decoder";

export type PageImage = { data: Buffer; type: "image/webp"; width: number; height: number };

export type PageOptions = {
  /** Pixels, from 64 to 3200; a picture is never enlarged. 1600 where it is not said. */
  width?: number;
  /** Laid over the page: who looks at it, and when. */
  watermark?: { text: string };
};

/** Longest side of what we hand out; a WebP cannot have more than 16,383. */
const MAX_SIDE = 12_000;

/**
 * Page `page` (from 1) of a document as a picture of our own making: none of the file's bytes are in it, nothing in it can run. Fails with `not_found` where
 * there is no such page, and with `unreadable_file`.
 */
export async function renderPage(
  bytes: Buffer,
  type: MediaType,
  page: number,
  options: PageOptions = {},
): Promise<PageImage> {
  if (!Number.isSafeInteger(page) || page < 1) throw notFoundProblem();
  const width = Math.round(Math.min(Math.max(options.width ?? 1600, 64), 3200));
  const drawn =
    type === "application/pdf" ? await renderFromPdf(bytes, page, width) : await renderFromPicture(bytes, page, width);
  const marked = options.watermark ? await addWatermark(drawn, options.watermark.text) : drawn;
  const data = await openPixels(marked)
    .flatten({ background: "#ffffff" })
    .webp({ quality: 82, effort: 2 })
    .toBuffer();
  return { data, type: "image/webp", width: marked.width, height: marked.height };
}

async function renderFromPdf(bytes: Buffer, page: number, width: number): Promise<Pixels> {
  const { renderPdfPage: drawPage } = await import("./pdf");
  return drawPage(bytes, page, width);
}

async function renderFromPicture(bytes: Buffer, page: number, width: number): Promise<Pixels> {
  if (page !== 1) throw notFoundProblem();
  await readPictureHeader(bytes);
  return mapDecodeErrors(() =>
    toPixels(openPicture(bytes).resize(width, MAX_SIDE, { fit: "inside", withoutEnlargement: true })),
  );
}

async function addWatermark(page: Pixels, text: string): Promise<Pixels> {
  const { applyWatermark: watermark } = await import("./watermark");
  return watermark(page, text);
}

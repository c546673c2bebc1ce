import { notFound } from "../errors";
import type { MediaType } from "../fields/field";
import { open, openPixels, type Pixels, readable, readHeader, toPixels } from "./decoder";

export type PageImage = { data: Buffer; type: "image/webp"; width: number; height: number };

export type PageOptions = {
  /** Pixels, from 64 to 3200; a picture is never enlarged. 1600 where it is not said. */
  width?: number;
  /** Laid over the page: who looks at it, and when. */
  watermark?: { text: string };
};

/** Longest side of what we hand out; a WebP cannot have more than 16,383. */
const LONGEST = 12_000;

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
  if (!Number.isSafeInteger(page) || page < 1) throw notFound();
  const width = Math.round(Math.min(Math.max(options.width ?? 1600, 64), 3200));
  const drawn =
    type === "application/pdf" ? await fromPdf(bytes, page, width) : await fromPicture(bytes, page, width);
  const marked = options.watermark ? await mark(drawn, options.watermark.text) : drawn;
  const data = await openPixels(marked)
    .flatten({ background: "#ffffff" })
    .webp({ quality: 82, effort: 2 })
    .toBuffer();
  return { data, type: "image/webp", width: marked.width, height: marked.height };
}

async function fromPdf(bytes: Buffer, page: number, width: number): Promise<Pixels> {
  const { drawPage } = await import("./pdf");
  return drawPage(bytes, page, width);
}

async function fromPicture(bytes: Buffer, page: number, width: number): Promise<Pixels> {
  if (page !== 1) throw notFound();
  await readHeader(bytes);
  return readable(() =>
    toPixels(open(bytes).resize(width, LONGEST, { fit: "inside", withoutEnlargement: true })),
  );
}

async function mark(page: Pixels, text: string): Promise<Pixels> {
  const { watermark } = await import("./watermark");
  return watermark(page, text);
}

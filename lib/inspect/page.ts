import { notFoundProblem } from "../errors";
import type { MediaType } from "../fields/field";
import { decodePicture, openPixels, type Pixels, readPictureHeader, toPixels } from "./decoder";
import { locatePart, type PagePart, WHOLE_PAGE } from "./page-grid";

export type PageImage = { data: Buffer; type: "image/webp"; width: number; height: number };

export type PageOptions = {
  /** Pixels of a whole page, from 64 to 3200. Default: 1600. A picture is never enlarged. */
  width?: number;
  /** Default: the whole page. */
  part?: PagePart;
  /** Text over the page: the viewer and the time. */
  watermark?: { text: string };
};

/**
 * Renders page `page` (from 1), or a part of it, as a new image that contains no byte of the file
 * and no code. Throws `not_found` without such a page or part, and `unreadable_file`.
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
      ? await renderFromPdf(bytes, page, width, options.part)
      : await renderFromPicture(bytes, page, width, options.part);
  if (options.watermark) {
    const { applyWatermark } = await import("./watermark");
    await applyWatermark(pixels, options.watermark.text);
  }
  const data = await openPixels(pixels).removeAlpha().webp({ quality: 82, effort: 2 }).toBuffer();
  return { data, type: "image/webp", width: pixels.width, height: pixels.height };
}

const ON_WHITE = { background: "#ffffff" };

async function renderFromPdf(bytes: Buffer, page: number, width: number, part?: PagePart): Promise<Pixels> {
  const { renderPdfPage } = await import("./pdf");
  return renderPdfPage(bytes, page, width, part);
}

async function renderFromPicture(
  bytes: Buffer,
  page: number,
  width: number,
  part = WHOLE_PAGE,
): Promise<Pixels> {
  if (page !== 1) throw notFoundProblem();
  const size = await readPictureHeader(bytes);
  const { scale, area } = locatePart(size, part, { width, maxWidth: size.width });
  const target = { width: area.width, height: area.height, fit: "fill" } as const;
  if (part.tiles === 1 && part.detail === 1)
    return decodePicture(bytes, (open) => toPixels(open().resize(target).flatten(ON_WHITE)));
  const [left, top] = [Math.floor(area.left / scale), Math.floor(area.top / scale)];
  const source = {
    left,
    top,
    width: Math.max(1, Math.min(Math.round(area.width / scale), size.width - left)),
    height: Math.max(1, Math.min(Math.round(area.height / scale), size.height - top)),
  };
  return decodePicture(bytes, (open) => toPixels(open().extract(source).resize(target).flatten(ON_WHITE)));
}

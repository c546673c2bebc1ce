import { notFoundProblem, Problem } from "../errors";
import { LOCKED_PDF } from "../fields/file-refusals";
import type { Pixels } from "./decoder";
import { countTiles, locatePart, WHOLE_PAGE } from "./page-grid";
import { requirePagesWithContent } from "./pdf-kinds";
import { type PdfDocument, PdfError, withPdf } from "./pdfium";

/** A reviewer may request each page as an image, so their number has a limit. */
const MAX_PAGES = 500;
/** Of a longer document, the first pages and a sample of the others are drawn. */
const MAX_DRAWN_PAGES = 60;
const FIRST_DRAWN_PAGES = 20;
/** Pixels of the longer side: enough to decode everything on a page, and fast. */
const SMALL_SIDE = 160;
/** Processor time after which the remaining pages are not drawn. */
const DRAWING_BUDGET_MS = 20_000;

/**
 * Draws every page small, to find what a reviewer could not see. Returns the number of pages, and
 * of the tiles of each page; a page that is not drawn has one. `missingLetters` is about the pages
 * that are drawn.
 * Throws `unreadable_file` for a file that cannot be opened, for a page that cannot be drawn, and
 * for pages that do not show the content.
 */
export function drawPages(
  bytes: Uint8Array,
  { onPage }: { onPage?: () => void } = {},
): Promise<{ pages: number; tiles: number[]; missingLetters: boolean }> {
  return withReadablePdf(bytes, (document) => {
    requirePagesWithContent(document, bytes);
    const { pageCount } = document;
    if (pageCount < 1) throw new Problem("unreadable_file", NO_PAGES);
    if (pageCount > MAX_PAGES)
      throw new Problem(
        "unreadable_file",
        `This PDF has ${pageCount} pages; we can take ${MAX_PAGES}. Send the part that is asked for.`,
      );
    const tiles = Array.from({ length: pageCount }, () => 1);
    const start = process.cpuUsage();
    let missingLetters = false;
    for (const page of pagesToDraw(pageCount)) {
      const drawn = drawSmall(document, page);
      tiles[page - 1] = drawn.tiles;
      missingLetters ||= drawn.missingLetters;
      onPage?.();
      const { user, system } = process.cpuUsage(start);
      if ((user + system) / 1000 > DRAWING_BUDGET_MS) break;
    }
    return { pages: pageCount, tiles, missingLetters };
  });
}

/** The numbers of the pages that an inspection draws, in ascending order. */
export function pagesToDraw(pageCount: number): number[] {
  const all = Array.from({ length: pageCount }, (_, index) => index + 1);
  if (pageCount <= MAX_DRAWN_PAGES) return all;
  const sampled = MAX_DRAWN_PAGES - FIRST_DRAWN_PAGES;
  const rest = pageCount - FIRST_DRAWN_PAGES;
  const sample = Array.from(
    { length: sampled },
    (_, index) => FIRST_DRAWN_PAGES + Math.round(((index + 1) * rest) / sampled),
  );
  return [...all.slice(0, FIRST_DRAWN_PAGES), ...sample];
}

/** Returns the number of tiles of the page, and whether letters are missing from it. */
function drawSmall(document: PdfDocument, number: number): { tiles: number; missingLetters: boolean } {
  try {
    return document.withPage(number, (page) => {
      const scale = SMALL_SIDE / Math.max(page.width, page.height);
      const side = (length: number) => Math.max(1, Math.round(length * scale));
      page.draw(scale, { left: 0, top: 0, width: side(page.width), height: side(page.height) });
      return { tiles: countTiles(page), missingLetters: page.hasMissingLetters() };
    });
  } catch (error) {
    if (!(error instanceof PdfError)) throw error;
    throw new Problem(
      "unreadable_file",
      `Page ${number} of this PDF cannot be displayed. The file may be incomplete or damaged. Save or scan it again, and upload that.`,
      { cause: error },
    );
  }
}

const NO_PAGES =
  "We cannot find the pages of this PDF. It may be damaged, or saved in a way that we cannot read. Print it to a new PDF, and upload that.";

/**
 * Renders page `page` (from 1), or a part of it, on white. A whole page is about `width` pixels
 * wide. Throws `unreadable_file`, and `not_found` without such a page or part.
 */
export function renderPdfPage(
  bytes: Uint8Array,
  page: number,
  width?: number,
  part = WHOLE_PAGE,
): Promise<Pixels> {
  return withReadablePdf(bytes, (document) => {
    if (page > document.pageCount) throw notFoundProblem();
    return document.withPage(page, (opened) => {
      const { scale, area } = locatePart(opened, part, { width });
      return opened.draw(scale, area);
    });
  });
}

/** Opens a PDF. What PDFium says about the bytes becomes `unreadable_file`; other errors pass. */
async function withReadablePdf<T>(
  bytes: Uint8Array,
  work: (document: PdfDocument) => T | Promise<T>,
): Promise<T> {
  try {
    return await withPdf(bytes, work);
  } catch (error) {
    throw error instanceof PdfError ? unreadablePdf(error) : error;
  }
}

function unreadablePdf(error: PdfError): Problem {
  return new Problem("unreadable_file", ADVICE[error.fault], { cause: error });
}

const ADVICE = {
  locked: LOCKED_PDF,
  unsupported_encryption:
    "This PDF is encrypted in a way that we cannot open. Save a copy without encryption, and upload that.",
  damaged:
    "This PDF cannot be opened. It may be incomplete or damaged. Save or scan it again, and upload that.",
} as const;

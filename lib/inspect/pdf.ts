import { notFoundProblem, Problem } from "../errors";
import { LOCKED_PDF } from "../fields/file-refusals";
import type { Pixels } from "./decoder";
import { type PdfDocument, PdfError, type PdfPage, withPdf } from "./pdfium";

/** A page of 14,400 points, the largest in PDF, would be 600 million pixels. */
const MAX_PIXELS = 12_000_000;
const MAX_SIDE = 12_000;

/** Counts the pages. Throws `unreadable_file` for a broken or password-protected file. */
export function countPages(bytes: Uint8Array): Promise<number> {
  return withReadablePdf(bytes, ({ pageCount }) => pageCount);
}

/**
 * Renders page `page` (from 1) on white, at most `width` pixels wide. Throws `unreadable_file`, and
 * `not_found` without such a page.
 */
export function renderPdfPage(bytes: Uint8Array, page: number, width: number): Promise<Pixels> {
  return withReadablePdf(bytes, (document) => {
    if (page > document.pageCount) throw notFoundProblem();
    return document.withPage(page, (opened) => drawWhole(opened, width));
  });
}

function drawWhole(page: PdfPage, wanted: number): Pixels {
  const scale = Math.min(
    wanted / page.width,
    MAX_SIDE / Math.max(page.width, page.height),
    Math.sqrt(MAX_PIXELS / (page.width * page.height)),
  );
  const width = Math.max(1, Math.round(page.width * scale));
  const height = Math.max(1, Math.round(page.height * scale));
  return page.draw(scale, { left: 0, top: 0, width, height });
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

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { PDFiumModule } from "@hyzyla/pdfium";
import type { Pixels } from "./decoder";
import { hasFallbackFont, installFallbackFonts } from "./pdf-fonts";

// PDFium's C functions, documented in its public/fpdfview.h and public/fpdf_formfill.h. The classes
// of the package load a page again for every drawing, and draw no part of a page.

/** Functions that the types of the package leave out. */
type MoreFunctions = {
  _FPDF_InitLibraryWithConfig(config: number): void;
  _FPDF_GetFormType(document: number): number;
  _FPDFDoc_GetAttachmentCount(document: number): number;
  _FPDFPage_GetAnnotCount(page: number): number;
  _FPDFPage_GetAnnot(page: number, index: number): number;
  _FPDFAnnot_GetSubtype(annotation: number): number;
  _FPDFPage_CloseAnnot(annotation: number): void;
  _FPDFText_GetUnicode(text: number, index: number): number;
  _FPDFText_GetTextObject(text: number, index: number): number;
  _FPDFTextObj_GetFont(object: number): number;
  _FPDFFont_GetIsEmbedded(font: number): number;
};

type Pdfium = Awaited<ReturnType<typeof PDFiumModule>> & MoreFunctions;

const WASM_FILE = join(process.cwd(), "node_modules/@hyzyla/pdfium/dist/pdfium.wasm");

/** Why PDFium refuses a file. Each is a statement about the bytes. */
export type PdfFault = "locked" | "unsupported_encryption" | "damaged";

/** PDFium refused the file, or one of its pages. */
export class PdfError extends Error {
  override readonly name = "PdfError";
  readonly fault: PdfFault;

  constructor(fault: PdfFault, message: string) {
    super(message);
    this.fault = fault;
  }
}

/** PDFium needs more memory than V8's flag `--wasm-max-mem-pages` allows. */
export class PdfMemoryError extends Error {
  override readonly name = "PdfMemoryError";
}

/** The other error codes are 3, "not a PDF, or damaged", and 6, "a page is damaged". */
const FAULTS = new Map<number, PdfFault>([
  [4, "locked"],
  [5, "unsupported_encryption"],
]);
const BYTES_PER_PIXEL = 4;
const BGRA_FORMAT = 4;
const WHITE = 0xffffffff;
/** Annotations, and red before blue. */
const PAGE_FLAGS = 0x01 | 0x10;
/** The second drawing adds the values of forms, without annotations. */
const FORM_FLAGS = 0x10;
/** Of `FPDF_GetFormType`: the XFA form replaces the pages, or it describes their fields again. */
const XFA_FORM_TYPES = { dynamic: 2, static: 3 };
const WIDGET = 20;
/** A form has its fields on its first pages. */
const FORM_PAGES = 20;
/** Of `FPDF_FORMFILLINFO`; its version 2 has 140 bytes. */
const FORM_INFO_BYTES = 256;
/** A heap of this size could not grow any more under the limit of 512 MiB. */
const FULL_HEAP_BYTES = 400 * 1024 * 1024;

/** An open page. Sizes are in points. */
export type PdfPage = {
  width: number;
  height: number;
  /** Draws a part of the page on white, as if the whole page had `scale` pixels a point. */
  draw(scale: number, part: PixelArea): Pixels;
  /** Whether a font is not in the file, and no font of ours has its letters. */
  hasMissingLetters(): boolean;
};

/** Pixels of the whole drawn page. */
export type PixelArea = { left: number; top: number; width: number; height: number };

export type PdfDocument = {
  /** 0 also for a file whose list of pages PDFium cannot read. */
  pageCount: number;
  /** Only Adobe's programs show the content. Its pages say "Please wait..." or are empty. */
  hasXfaPages: boolean;
  hasAttachments: boolean;
  /** Opens page `number` (from 1), and closes it after `work`. Throws `PdfError`. */
  withPage<T>(number: number, work: (page: PdfPage) => T): T;
};

let pdfiumPromise: Promise<Pdfium> | undefined;

async function loadPdfium(): Promise<Pdfium> {
  pdfiumPromise ??= startPdfium();
  return pdfiumPromise;
}

async function startPdfium(): Promise<Pdfium> {
  const program = await WebAssembly.compile(await readFile(WASM_FILE));
  let imports: WebAssembly.Imports = {};
  const pdfium = (await PDFiumModule({
    instantiateWasm: (given, onReady) => {
      imports = given;
      onReady(new WebAssembly.Instance(program, given));
      return {};
    },
  })) as Pdfium;
  pdfium._FPDF_InitLibraryWithConfig(await installFallbackFonts(pdfium, imports));
  return pdfium;
}

/**
 * Opens a PDF, and closes it after `work`. Throws `PdfError`. After `PdfMemoryError` and
 * `WebAssembly.RuntimeError` PDFium is in an unknown state, so the process must end.
 */
export async function withPdf<T>(
  bytes: Uint8Array,
  work: (document: PdfDocument) => T | Promise<T>,
): Promise<T> {
  const pdfium = await loadPdfium();
  try {
    const opened = openDocument(pdfium, bytes);
    try {
      return await work(opened);
    } catch (error) {
      if (error instanceof WebAssembly.RuntimeError) opened.isBroken = true;
      throw error;
    } finally {
      opened.close();
    }
  } catch (error) {
    if (error instanceof WebAssembly.RuntimeError && pdfium.HEAPU8.length >= FULL_HEAP_BYTES)
      throw new PdfMemoryError("PDFium has no memory left.", { cause: error });
    throw error;
  }
}

type OpenedDocument = PdfDocument & { isBroken: boolean; close(): void };

function openDocument(pdfium: Pdfium, bytes: Uint8Array): OpenedDocument {
  const pointer = allocate(pdfium, bytes.length);
  pdfium.HEAPU8.set(bytes, pointer);
  const document = pdfium._FPDF_LoadMemDocument(pointer, bytes.length, 0);
  if (document === 0) {
    const code = pdfium._FPDF_GetLastError();
    pdfium.wasmExports.free(pointer);
    throw new PdfError(FAULTS.get(code) ?? "damaged", `PDFium cannot open the file (${code}).`);
  }
  // The reviewer must see the values of a form, and PDFium draws them only with this environment.
  const info = allocate(pdfium, FORM_INFO_BYTES);
  pdfium.HEAPU8.fill(0, info, info + FORM_INFO_BYTES);
  pdfium.HEAP32[info / 4] = 2;
  const form = pdfium._FPDFDOC_InitFormFillEnvironment(document, info);
  return {
    isBroken: false,
    pageCount: pdfium._FPDF_GetPageCount(document),
    hasXfaPages: hasXfaPages(pdfium, document),
    hasAttachments: pdfium._FPDFDoc_GetAttachmentCount(document) > 0,
    withPage: (number, work) => withOpenPage(pdfium, { document, form, number }, work),
    close() {
      if (this.isBroken) return;
      if (form !== 0) pdfium._FPDFDOC_ExitFormFillEnvironment(form);
      pdfium._FPDF_CloseDocument(document);
      pdfium.wasmExports.free(info);
      pdfium.wasmExports.free(pointer);
    },
  };
}

/** Some dynamic forms do not say that they are dynamic, but their pages have no field. */
function hasXfaPages(pdfium: Pdfium, document: number): boolean {
  const type = pdfium._FPDF_GetFormType(document);
  if (type !== XFA_FORM_TYPES.static) return type === XFA_FORM_TYPES.dynamic;
  const pages = Math.min(pdfium._FPDF_GetPageCount(document), FORM_PAGES);
  return !Array.from({ length: pages }).some((_, index) => hasWidget(pdfium, document, index));
}

function hasWidget(pdfium: Pdfium, document: number, index: number): boolean {
  const page = pdfium._FPDF_LoadPage(document, index);
  if (page === 0) return false;
  const count = pdfium._FPDFPage_GetAnnotCount(page);
  let isFound = false;
  for (let number = 0; number < count && !isFound; number += 1) {
    const annotation = pdfium._FPDFPage_GetAnnot(page, number);
    isFound = pdfium._FPDFAnnot_GetSubtype(annotation) === WIDGET;
    pdfium._FPDFPage_CloseAnnot(annotation);
  }
  pdfium._FPDF_ClosePage(page);
  return isFound;
}

function withOpenPage<T>(
  pdfium: Pdfium,
  { document, form, number }: { document: number; form: number; number: number },
  work: (page: PdfPage) => T,
): T {
  const page = pdfium._FPDF_LoadPage(document, number - 1);
  if (page === 0) throw new PdfError("damaged", `PDFium cannot open page ${number}.`);
  const size = { width: pdfium._FPDF_GetPageWidth(page), height: pdfium._FPDF_GetPageHeight(page) };
  if (!(size.width > 0 && size.height > 0)) {
    pdfium._FPDF_ClosePage(page);
    throw new PdfError("damaged", `Page ${number} has no area.`);
  }
  if (form !== 0) pdfium._FORM_OnAfterLoadPage(page, form);
  const result = work({
    ...size,
    draw: (scale, part) => drawPart(pdfium, { page, form, ...size }, scale, part),
    hasMissingLetters: () => hasMissingLetters(pdfium, page),
  });
  if (form !== 0) pdfium._FORM_OnBeforeClosePage(page, form);
  pdfium._FPDF_ClosePage(page);
  return result;
}

/** Of a page. A page of a book has about 3,000 letters. */
const MAX_CHECKED_LETTERS = 20_000;

function hasMissingLetters(pdfium: Pdfium, page: number): boolean {
  const text = pdfium._FPDFText_LoadPage(page);
  if (text === 0) return false;
  const count = Math.min(pdfium._FPDFText_CountChars(text), MAX_CHECKED_LETTERS);
  let isFound = false;
  for (let index = 0; index < count && !isFound; index += 1) {
    if (hasFallbackFont(pdfium._FPDFText_GetUnicode(text, index))) continue;
    const object = pdfium._FPDFText_GetTextObject(text, index);
    const font = object === 0 ? 0 : pdfium._FPDFTextObj_GetFont(object);
    isFound = font !== 0 && pdfium._FPDFFont_GetIsEmbedded(font) === 0;
  }
  pdfium._FPDFText_ClosePage(text);
  return isFound;
}

function drawPart(
  pdfium: Pdfium,
  page: { page: number; form: number; width: number; height: number },
  scale: number,
  { left, top, width, height }: PixelArea,
): Pixels {
  const stride = width * BYTES_PER_PIXEL;
  const pointer = allocate(pdfium, stride * height);
  const bitmap = pdfium._FPDFBitmap_CreateEx(width, height, BGRA_FORMAT, pointer, stride);
  pdfium._FPDFBitmap_FillRect(bitmap, 0, 0, width, height, WHITE);
  const area = [-left, -top, Math.round(page.width * scale), Math.round(page.height * scale), 0] as const;
  pdfium._FPDF_RenderPageBitmap(bitmap, page.page, ...area, PAGE_FLAGS);
  if (page.form !== 0) pdfium._FPDF_FFLDraw(page.form, bitmap, page.page, ...area, FORM_FLAGS);
  // A copy, because the next allocation may move the memory.
  const data = Buffer.from(pdfium.HEAPU8.subarray(pointer, pointer + stride * height));
  pdfium._FPDFBitmap_Destroy(bitmap);
  pdfium.wasmExports.free(pointer);
  return { data, width, height, channels: 4 };
}

function allocate(pdfium: Pdfium, bytes: number): number {
  const pointer = pdfium.wasmExports.malloc(bytes);
  if (pointer === 0) throw new PdfMemoryError(`PDFium cannot allocate ${bytes} bytes.`);
  return pointer;
}

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { PDFiumModule } from "@hyzyla/pdfium";

// A PDF may name a font without containing it. PDFium has its own fonts for European letters only,
// and leaves out all others without a word. These fonts draw them.

/**
 * Bits of the field ulCodePageRange1 in the OS/2 table of a font. PDFium chooses a font by them.
 */
const JAPANESE = 1 << 17;
const SIMPLIFIED_CHINESE = 1 << 18;
const KOREAN = (1 << 19) | (1 << 21);
const TRADITIONAL_CHINESE = 1 << 20;

/** The files claim scripts that they hold in part, so each gets the scripts that it draws best. */
const FALLBACK_FONTS = [
  {
    file: join(process.cwd(), "node_modules/@embedpdf/fonts-sc/fonts/NotoSansHans-Regular.otf"),
    scripts: SIMPLIFIED_CHINESE | TRADITIONAL_CHINESE | JAPANESE,
  },
  {
    file: join(process.cwd(), "node_modules/@embedpdf/fonts-kr/fonts/NotoSansKR-Regular.otf"),
    scripts: KOREAN,
  },
];

/** A folder that exists in the file system of every Emscripten program. It is in memory. */
const FONT_FOLDER = "/tmp";
const OPEN_TO_CREATE = 0o101;
const FILE_MODE = 0o644;
const CURRENT_FOLDER = -100;
/** Of `FPDF_LIBRARY_CONFIG`, version 2: the version, the font folders, and two unused pointers. */
const CONFIG_BYTES = 16;

type Pdfium = Awaited<ReturnType<typeof PDFiumModule>>;

/**
 * Gives PDFium its fallback fonts, before its first use. Returns the pointer to the configuration
 * that `FPDF_InitLibraryWithConfig` takes. `imports` are those of the WASM module: through them the
 * C library writes files, and PDFium's own search for fonts finds them.
 */
export async function installFallbackFonts(pdfium: Pdfium, imports: WebAssembly.Imports): Promise<number> {
  for (const [index, { file, scripts }] of FALLBACK_FONTS.entries())
    writeVirtualFile(
      pdfium,
      imports,
      `${FONT_FOLDER}/${index}.otf`,
      setScripts(await readFile(file), scripts),
    );
  const folders = allocate(pdfium, 8);
  pdfium.HEAP32.set([allocateText(pdfium, FONT_FOLDER), 0], folders / 4);
  const config = allocate(pdfium, CONFIG_BYTES);
  pdfium.HEAP32.set([2, folders, 0, 0], config / 4);
  return config;
}

/**
 * Scripts that PDFium's own fonts or the fallback fonts draw, and signs of no script. A letter of
 * another script leaves a gap if its font is not in the file.
 */
const DRAWN_SCRIPTS =
  /[\p{sc=Latin}\p{sc=Greek}\p{sc=Cyrillic}\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Hangul}\p{sc=Common}\p{sc=Inherited}\p{sc=Unknown}]/u;

/** Whether a page shows the letter without its font. */
export function hasFallbackFont(codePoint: number): boolean {
  return codePoint > 0x10ffff || DRAWN_SCRIPTS.test(String.fromCodePoint(codePoint));
}

/** Sets which scripts a font claims to hold. (OpenType, "OS/2", ulCodePageRange1) */
function setScripts(font: Buffer, scripts: number): Buffer {
  const tables = font.readUInt16BE(4);
  for (let record = 12; record < 12 + tables * 16; record += 16) {
    if (font.toString("latin1", record, record + 4) !== "OS/2") continue;
    font.writeUInt32BE(scripts, font.readUInt32BE(record + 8) + 78);
    return font;
  }
  throw new Error("A fallback font has no OS/2 table.");
}

function writeVirtualFile(pdfium: Pdfium, imports: WebAssembly.Imports, path: string, bytes: Buffer): void {
  const name = allocateText(pdfium, path);
  const content = allocate(pdfium, bytes.length);
  pdfium.HEAPU8.set(bytes, content);
  /** The mode of the file; then the vector of one buffer, and the number of bytes written. */
  const words = allocate(pdfium, 16);
  pdfium.HEAP32.set([FILE_MODE, content, bytes.length, 0], words / 4);
  const system = (module: string, call: string, ...values: number[]): number => {
    const found = imports[module]?.[call];
    if (typeof found !== "function") throw new Error(`PDFium has no system call ${call}.`);
    return found(...values);
  };
  const file = system("env", "__syscall_openat", CURRENT_FOLDER, name, OPEN_TO_CREATE, words);
  const failure = file < 0 || system("wasi_snapshot_preview1", "fd_write", file, words + 4, 1, words + 12);
  if (failure || pdfium.HEAP32[words / 4 + 3] !== bytes.length)
    throw new Error("A fallback font was not written.");
  system("wasi_snapshot_preview1", "fd_close", file);
  for (const pointer of [name, content, words]) pdfium.wasmExports.free(pointer);
}

function allocateText(pdfium: Pdfium, text: string): number {
  const bytes = Buffer.from(`${text}\0`);
  const pointer = allocate(pdfium, bytes.length);
  pdfium.HEAPU8.set(bytes, pointer);
  return pointer;
}

function allocate(pdfium: Pdfium, bytes: number): number {
  const pointer = pdfium.wasmExports.malloc(bytes);
  if (pointer === 0) throw new Error(`PDFium cannot allocate ${bytes} bytes for its fonts.`);
  return pointer;
}

import type { ByteReader } from "./byte-reader";
import { type PdfValue, parseDictionary } from "./pdf-objects";

// A PDF ends with the place of its newest cross-reference section. A section has a trailer, says
// where objects are, and names the section before it. So an object is found without reading the
// file. See ISO 32000-2, 7.5.

type Dictionary = ReadonlyMap<string, PdfValue>;
/** `find` returns the position of an object, or null if this section does not have it. */
type Section = { trailer: Dictionary; find(number: number): Promise<number | null> };

/** Larger than any trailer or encryption dictionary. */
const DICTIONARY_BYTES = 16 * 1024;
const MAX_SECTIONS = 64;
const MAX_STREAM_BYTES = 8 * 1024 * 1024;

/** The newest trailer of a PDF, and its objects that are dictionaries. */
export class PdfObjects {
  readonly #reader: ByteReader;
  readonly #sections: readonly Section[];
  readonly #start: number;

  private constructor(reader: ByteReader, sections: readonly Section[], start: number) {
    this.#reader = reader;
    this.#sections = sections;
    this.#start = start;
  }

  /** Returns null where the file has no sections that can be followed. */
  static async open(reader: ByteReader): Promise<PdfObjects | null> {
    // Positions count from the header, which may have bytes before it.
    const start = (await reader.readText(0, 1024)).indexOf("%PDF-");
    const tailStart = Math.max(0, reader.size - 2048);
    const tail = await reader.readText(tailStart, 2048);
    const place = [...tail.matchAll(/startxref\s+(\d+)/g)].at(-1)?.[1];
    if (start < 0 || place === undefined) return null;
    const sections: Section[] = [];
    for (let at: number | null = Number(place); at !== null && sections.length < MAX_SECTIONS; ) {
      const section = await readSection(reader, start + at);
      sections.push(section);
      at = numberOf(section.trailer.get("Prev"));
    }
    return new PdfObjects(reader, sections, start);
  }

  get trailer(): Dictionary {
    return this.#sections[0]?.trailer ?? new Map();
  }

  /** Returns a dictionary that is given directly or by reference. */
  async resolve(value: PdfValue | undefined): Promise<Dictionary | null> {
    if (value?.kind === "dictionary") return value.entries;
    if (value?.kind !== "reference") return null;
    for (const section of this.#sections) {
      const at = await section.find(value.number);
      if (at === null) continue;
      const text = await this.#reader.readText(this.#start + at, DICTIONARY_BYTES);
      const header = new RegExp(`^\\s*${value.number}\\s+\\d+\\s+obj`).exec(text);
      return header && parseDictionary(text, header[0].length);
    }
    return null;
  }
}

export function numberOf(value: PdfValue | undefined): number | null {
  return value?.kind === "number" ? value.value : null;
}

async function readSection(reader: ByteReader, start: number): Promise<Section> {
  const text = await reader.readText(start, DICTIONARY_BYTES);
  const table = /^\s*xref\s+/.exec(text);
  if (table) return readTable(reader, start + table[0].length);
  const header = /^\s*\d+\s+\d+\s+obj/.exec(text);
  if (!header) throw new SyntaxError("This is no cross-reference section.");
  const trailer = parseDictionary(text, header[0].length);
  const data = /stream\r?\n/.exec(text);
  if (!data) throw new SyntaxError("The section has no data.");
  const dataStart = start + data.index + data[0].length;
  return { trailer, find: (number) => findInStream(reader, dataStart, trailer, number) };
}

const ENTRY_BYTES = 20;

/** Reads a table: ranges of entries, 20 bytes each, then the trailer. */
async function readTable(reader: ByteReader, start: number): Promise<Section> {
  const ranges: { first: number; count: number; start: number }[] = [];
  let at = start;
  for (;;) {
    const text = await reader.readText(at, 64);
    const range = /^\s*(\d+) +(\d+)\s*?(?:\r\n|\n|\r)/.exec(text);
    if (!range) break;
    at += range[0].length;
    ranges.push({ first: Number(range[1]), count: Number(range[2]), start: at });
    at += Number(range[2]) * ENTRY_BYTES;
  }
  const text = await reader.readText(at, DICTIONARY_BYTES);
  const trailer = /^\s*trailer/.exec(text);
  if (!trailer) throw new SyntaxError("The table has no trailer.");
  return {
    trailer: parseDictionary(text, trailer[0].length),
    find: async (number) => {
      const range = ranges.find(({ first, count }) => number >= first && number < first + count);
      if (!range) return null;
      const entry = await reader.readText(range.start + (number - range.first) * ENTRY_BYTES, ENTRY_BYTES);
      const place = /^(\d{10}) \d{5} n/.exec(entry)?.[1];
      return place === undefined ? null : Number(place);
    },
  };
}

/** Finds an object in a section that is a compressed stream of rows with three columns. */
async function findInStream(
  reader: ByteReader,
  start: number,
  trailer: Dictionary,
  number: number,
): Promise<number | null> {
  const widths = numbersOf(trailer.get("W"));
  const [typeWidth = 0, placeWidth = 0, extraWidth = 0] = widths;
  const length = numberOf(trailer.get("Length")) ?? 0;
  const index = rowOf(number, numbersOf(trailer.get("Index")));
  if (widths.length !== 3 || length < 1 || length > MAX_STREAM_BYTES || index === null) return null;
  const rows = await decodeStream(await reader.read(start, length), trailer);
  const rowWidth = typeWidth + placeWidth + extraWidth;
  const row = rows?.subarray(index * rowWidth, (index + 1) * rowWidth);
  if (row?.length !== rowWidth) return null;
  const type = typeWidth === 0 ? 1 : bigEndian(row.subarray(0, typeWidth));
  return type === 1 ? bigEndian(row.subarray(typeWidth, typeWidth + placeWidth)) : null;
}

/** Returns the row of an object. `ranges` holds first numbers and counts. */
function rowOf(number: number, ranges: readonly number[]): number | null {
  let row = 0;
  for (let index = 0; index + 1 < Math.max(2, ranges.length); index += 2) {
    const [first = 0, count = Number.POSITIVE_INFINITY] = ranges.slice(index, index + 2);
    if (number >= first && number < first + count) return row + number - first;
    row += count;
  }
  return null;
}

async function decodeStream(bytes: Uint8Array, trailer: Dictionary): Promise<Uint8Array | null> {
  const filter = trailer.get("Filter");
  const name = filter?.kind === "array" ? filter.items[0] : filter;
  if (!name) return bytes;
  if (name.kind !== "name" || name.value !== "FlateDecode") return null;
  const inflated = new Blob([bytes.slice()]).stream().pipeThrough(new DecompressionStream("deflate"));
  const data = new Uint8Array(await new Response(inflated).arrayBuffer());
  const given = trailer.get("DecodeParms");
  const parameters = given?.kind === "array" ? given.items[0] : given;
  if (parameters?.kind !== "dictionary") return data;
  const predictor = numberOf(parameters.entries.get("Predictor")) ?? 1;
  if (predictor === 1) return data;
  return predictor >= 10 ? undoUpPrediction(data, numberOf(parameters.entries.get("Columns")) ?? 1) : null;
}

/** Undoes the PNG filters None and Up, which writers of PDF use. Returns null for the others. */
function undoUpPrediction(data: Uint8Array, columns: number): Uint8Array | null {
  const rows = Math.floor(data.length / (columns + 1));
  const plain = new Uint8Array(rows * columns);
  for (let row = 0; row < rows; row += 1) {
    const filter = data[row * (columns + 1)];
    if (filter !== 0 && filter !== 2) return null;
    for (let column = 0; column < columns; column += 1) {
      const above = row === 0 || filter === 0 ? 0 : (plain[(row - 1) * columns + column] ?? 0);
      plain[row * columns + column] = (data[row * (columns + 1) + 1 + column] ?? 0) + above;
    }
  }
  return plain;
}

function numbersOf(value: PdfValue | undefined): number[] {
  return value?.kind === "array" ? value.items.flatMap((item) => numberOf(item) ?? []) : [];
}

function bigEndian(bytes: Uint8Array): number {
  return bytes.reduce((value, byte) => value * 256 + byte, 0);
}

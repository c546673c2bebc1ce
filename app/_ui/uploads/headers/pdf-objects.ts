/** A value of a PDF. A string has one character a byte. A name is without its slash. */
export type PdfValue =
  | { kind: "number"; value: number }
  | { kind: "name" | "string" | "word"; value: string }
  | { kind: "reference"; number: number }
  | { kind: "array"; items: PdfValue[] }
  | { kind: "dictionary"; entries: Map<string, PdfValue> };

const TOKEN =
  /(?:[\0\t\n\f\r ]|%[^\r\n]*)*(?:(<<|>>|[[\]])|\/([^\0\t\n\f\r ()<>[\]{}/%]*)|<([0-9A-Fa-f\s]*)>|(\d+)\s+\d+\s+R\b|([-+]?\d*\.?\d+)|(true|false|null)\b|(\())/y;
const MAX_DEPTH = 16;

/** Parses the dictionary at `start` of `text`. Throws a `SyntaxError` for anything else. */
export function parseDictionary(text: string, start = 0): Map<string, PdfValue> {
  const value = new PdfParser(text, start).parse();
  if (value.kind !== "dictionary") throw new SyntaxError("This is no dictionary.");
  return value.entries;
}

class PdfParser {
  readonly #text: string;
  #at: number;

  constructor(text: string, start: number) {
    this.#text = text;
    this.#at = start;
  }

  parse(depth = 0): PdfValue {
    const value = depth < MAX_DEPTH ? this.#parseToken(depth) : null;
    if (!value) throw new SyntaxError(`There is no value at ${this.#at}.`);
    return value;
  }

  /** Returns null at the end of an array or a dictionary. */
  #parseToken(depth: number): PdfValue | null {
    TOKEN.lastIndex = this.#at;
    const match = TOKEN.exec(this.#text);
    if (!match) throw new SyntaxError(`There is no token at ${this.#at}.`);
    this.#at = TOKEN.lastIndex;
    const [, bracket, name, hex, reference, number, word, literal] = match;
    if (bracket === "<<") return this.#parseDictionary(depth);
    if (bracket === "[") return { kind: "array", items: this.#parseItems(depth) };
    if (name !== undefined) return { kind: "name", value: name };
    if (hex !== undefined) return { kind: "string", value: decodeHex(hex) };
    if (reference !== undefined) return { kind: "reference", number: Number(reference) };
    if (number !== undefined) return { kind: "number", value: Number(number) };
    if (word !== undefined) return { kind: "word", value: word };
    if (literal !== undefined) return { kind: "string", value: this.#parseLiteral() };
    return null;
  }

  #parseItems(depth: number): PdfValue[] {
    const items: PdfValue[] = [];
    if (depth >= MAX_DEPTH) throw new SyntaxError("The values are nested too deeply.");
    for (let item = this.#parseToken(depth + 1); item; item = this.#parseToken(depth + 1)) items.push(item);
    return items;
  }

  #parseDictionary(depth: number): PdfValue {
    const items = this.#parseItems(depth);
    const entries = new Map<string, PdfValue>();
    for (let index = 0; index + 1 < items.length; index += 2) {
      const [key, value] = items.slice(index, index + 2);
      if (key?.kind === "name" && value) entries.set(key.value, value);
    }
    return { kind: "dictionary", entries };
  }

  /** Reads a string in parentheses, with its escapes. */
  #parseLiteral(): string {
    let bytes = "";
    for (let open = 1; this.#at < this.#text.length; this.#at += 1) {
      const letter = this.#text.charAt(this.#at);
      if (letter === "\\") bytes += this.#parseEscape();
      else {
        open += letter === "(" ? 1 : letter === ")" ? -1 : 0;
        if (open === 0) {
          this.#at += 1;
          return bytes;
        }
        bytes += letter;
      }
    }
    throw new SyntaxError("The string has no end.");
  }

  /** Reads the escape at the backslash, and stops at its last character. */
  #parseEscape(): string {
    const [sequence = "", octal] = /\\(?:([0-7]{1,3})|\r\n|[\s\S])/y.exec(this.#text.slice(this.#at)) ?? [];
    this.#at += sequence.length - 1;
    if (octal) return String.fromCharCode(Number.parseInt(octal, 8) & 0xff);
    const letter = sequence.slice(1);
    if (letter.startsWith("\r") || letter === "\n") return "";
    return ESCAPES.get(letter) ?? letter;
  }
}

const ESCAPES = new Map([
  ["n", "\n"],
  ["r", "\r"],
  ["t", "\t"],
  ["b", "\b"],
  ["f", "\f"],
]);

/** A missing last digit counts as 0. */
function decodeHex(hex: string): string {
  const digits = hex.replace(/\s+/g, "");
  return (digits.match(/..?/g) ?? [])
    .map((pair) => String.fromCharCode(Number.parseInt(pair.padEnd(2, "0"), 16)))
    .join("");
}

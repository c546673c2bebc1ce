/** An address of a list, with the line it stands in, from 1. */
export type Address = { line: number; email: string; name?: string };

/** A line or an address that is not used, and why. */
export type UnusedAddress = { line: number; text: string; why: "broken" | "duplicate" };

export type AddressList = { addresses: Address[]; unused: UnusedAddress[] };

const MAX_ADDRESS = 254;
const MAX_NAME = 100;
/** Less strict than the server: it only tells an address from other text. */
const ADDRESS = /^[^\s@,;:<>"()[\]\\=]+@[^\s@.,;:<>"()]+(?:\.[^\s@.,;:<>"()]+)+$/;
/** "Ada Lovelace <ada@example.org>", as mail programs copy it. */
const NAMED_ADDRESS = /^(.*?)\s*<\s*([^<>]+?)\s*>$/;
const HEADING = /^(e-?mail|mail|address)/i;
/** A spreadsheet would compute it. It is no name of a person. */
const FORMULA = /^[=+\-@|]/;
/** Drawn as nothing. Spreadsheets and web pages leave them in copied text. */
const INVISIBLE = /[\u00ad\u200b-\u200f\u2060\ufeff]/g;

type Cell = { text: string; email: string | null; name: string };

/**
 * Reads a pasted list or a CSV file: one address in each line or several, separated by commas,
 * semicolons, tabs or spaces, with or without names, quotes and a line of headings. The name is the
 * first other text of a line with one address. An address that repeats, in any case, is used once.
 */
export function parseAddressList(text: string): AddressList {
  const list: AddressList = { addresses: [], unused: [] };
  const known = new Set<string>();
  let isFirst = true;
  for (const [index, content] of text.split(/\r\n|\r|\n/).entries()) {
    const line = index + 1;
    const cells = splitCells(content).flatMap(toCells);
    if (cells.length === 0) continue;
    const found = cells.filter(({ email }) => email !== null);
    const isHeading = isFirst && cells.some((cell) => HEADING.test(cell.text));
    isFirst = false;
    for (const { text } of found.length > 0 ? cells.filter(isBrokenAddress) : [])
      list.unused.push({ line, text, why: "broken" });
    if (found.length === 0 && !isHeading)
      list.unused.push({ line, text: cells.map((cell) => cell.text).join(", "), why: "broken" });
    const beside = found.length === 1 ? cells.find((cell) => cell.email === null && isName(cell.text)) : null;
    for (const cell of found) {
      const email = cell.email ?? "";
      const key = email.toLowerCase();
      const name = cell.name || beside?.text;
      if (known.has(key)) list.unused.push({ line, text: email, why: "duplicate" });
      else list.addresses.push({ line, email, ...(name ? { name } : {}) });
      known.add(key);
    }
  }
  return list;
}

/** A quoted text, another text, or a separator. A quote without its end is text. */
const TOKEN = /"((?:[^"]|"")*)"|[^,;\t"]+|"|[,;\t]/g;

/**
 * Splits a line at its separators, except in quotes. A quote never reaches into the next line: one
 * that is not closed would swallow all addresses after it.
 */
function splitCells(line: string): string[] {
  if (!line.includes('"')) return line.split(/[,;\t]/);
  const cells = [""];
  for (const [token, quoted] of line.matchAll(TOKEN)) {
    if (/^[,;\t]$/.test(token)) cells.push("");
    else if (token !== '"') cells[cells.length - 1] += quoted?.replaceAll('""', '"') ?? token;
  }
  return cells;
}

function toCells(raw: string): Cell[] {
  const text = raw.replace(INVISIBLE, "").replace(/\s+/g, " ").trim().normalize("NFC");
  if (text === "") return [];
  const words = text.includes("@") ? text.split(" ") : [];
  return words.length > 1 && words.every((word) => readAddress(word) !== null)
    ? words.map(toCell)
    : [toCell(text)];
}

function toCell(text: string): Cell {
  const [, name = "", inside = text] = (text.endsWith(">") && NAMED_ADDRESS.exec(text)) || [];
  const email = readAddress(inside);
  return { text, email, name: email !== null && isName(name) ? name : "" };
}

function readAddress(text: string): string | null {
  if (!text.includes("@")) return null;
  const address = text.replace(/^mailto:/i, "").replace(/^<(.*)>$/, "$1");
  return address.length <= MAX_ADDRESS && ADDRESS.test(address) ? address : null;
}

function isName(text: string): boolean {
  return text !== "" && text.length <= MAX_NAME && !text.includes("@") && !FORMULA.test(text);
}

function isBrokenAddress({ text, email }: Cell): boolean {
  return email === null && text.includes("@");
}

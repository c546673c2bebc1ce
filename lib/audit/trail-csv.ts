import { stringify } from "csv-stringify/sync";
import type { AppContext } from "../app-context";
import { streamTrail, type TrailFilter, type TrailItem } from "./search-trail";

const COLUMNS = ["number", "time", "event", "by", "about", "details", "personal data", "hash"];

/**
 * Writes the entries that match as CSV (RFC 4180), page by page. Spreadsheets run cells such as
 * `=HYPERLINK(...)`, so a text that starts like a formula gets an apostrophe.
 */
export async function* writeTrailCsv(
  context: Pick<AppContext, "db" | "trailKey">,
  filter: TrailFilter,
): AsyncGenerator<Uint8Array> {
  // Excel reads UTF-8 only after a byte order mark.
  yield encode([COLUMNS], { bom: true });
  for await (const items of streamTrail(context, filter))
    if (items.length > 0) yield encode(items.map(toRow));
}

function toRow({ seq, at, event, by, subject, detail, personal, hash }: TrailItem): unknown[] {
  const text = personal === null ? "(erased)" : personal;
  return [seq, at, event, by, subject, JSON.stringify(detail), text, hash];
}

function encode(rows: unknown[][], options: { bom?: boolean } = {}): Uint8Array {
  const format = { record_delimiter: "windows", escape_formulas: true } as const;
  return new TextEncoder().encode(stringify(rows, { ...format, ...options }));
}

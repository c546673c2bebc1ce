import { isJsonObject } from "@/app/_ui/call-api";
import type { FieldError } from "@/lib/errors";
import { type Entries, type Entry, filledRows, type LinkRow } from "./autosave";

/** Returns the body of a PATCH. */
export function toBody(entries: Entries): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(entries).map(([name, entry]) => [
      name,
      typeof entry === "string"
        ? entry
        : filledRows(entry).map(({ url, label }) => ({ url, ...(label.trim() === "" ? {} : { label }) })),
    ]),
  );
}

/** Reads the entries with these names from the body of a response. */
export function readEntries(body: Record<string, unknown>, names: readonly string[]): Entries {
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = body[name];
      if (typeof value === "string") return [[name, value] as [string, Entry]];
      return Array.isArray(value) ? [[name, value.flatMap(readRow)] as [string, Entry]] : [];
    }),
  );
}

function readRow(value: unknown): LinkRow[] {
  if (!isJsonObject(value) || typeof value.url !== "string") return [];
  return [{ url: value.url, label: typeof value.label === "string" ? value.label : "" }];
}

/** Returns the errors with the paths of the rows on the page, which also has empty ones. */
export function toErrorsOfRows(errors: readonly FieldError[], sent: Entries): FieldError[] {
  return errors.map(({ path, message }) => {
    const [name = "", index, ...rest] = path.split(".");
    const entry = sent[name];
    if (index === undefined || typeof entry !== "object") return { path, message };
    const filled = entry.flatMap((row, at) => (filledRows([row]).length > 0 ? [at] : []));
    return { path: [name, filled[Number(index)] ?? index, ...rest].join("."), message };
  });
}

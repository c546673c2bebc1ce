import { CONTROL_CHARACTERS } from "../text-schemas";

const PATH_SEPARATORS = /[/\\]/;
const MAX_BYTES = 255;

/**
 * Cleans the name of an uploaded file for display and for saving it: the last path segment without
 * control characters, at most 255 bytes with the extension kept. No storage key and no path on the
 * server contains it.
 */
export function sanitizeFileName(name: string): string {
  const lastSegment = name.toWellFormed().split(PATH_SEPARATORS).at(-1) ?? "";
  const clean = lastSegment
    .replace(new RegExp(CONTROL_CHARACTERS, "gu"), "")
    .trim()
    .replace(/^\.+/, "")
    .normalize("NFC");
  return truncateFileName(clean) || "file";
}

function truncateFileName(name: string): string {
  if (Buffer.byteLength(name) <= MAX_BYTES) return name;
  const dot = name.lastIndexOf(".");
  const extension = dot > 0 && name.length - dot <= 12 ? name.slice(dot) : "";
  let stem = extension ? name.slice(0, dot) : name;
  while (Buffer.byteLength(stem + extension) > MAX_BYTES) stem = Array.from(stem).slice(0, -1).join("");
  return stem + extension;
}

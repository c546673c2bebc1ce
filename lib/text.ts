import { z } from "zod";

// PostgreSQL cannot store NUL, and no other control character belongs into what people read. The bidirectional overrides make one
// text pass for another (Trojan Source, CVE-2021-42574).
const CONTROL_CHARACTERS = /[\p{Cc}\u200e\u200f\u202a-\u202e\u2066-\u2069]/u;
const CONTROL_CHARACTERS_EXCEPT_NEWLINE = /[^\P{Cc}\n]|[\u200e\u200f\u202a-\u202e\u2066-\u2069]/u;

/** A line of text in any script: trimmed, composed (NFC), without control characters. Lengths are in UTF-16 units, as in HTML's `maxlength`. */
export function singleLineText(limits: { min?: number; max: number }) {
  return textSchema(limits, CONTROL_CHARACTERS, "must be one line without control characters");
}

/** Text that may have line breaks. */
export function multiLineText(limits: { min?: number; max: number }) {
  return textSchema(limits, CONTROL_CHARACTERS_EXCEPT_NEWLINE, "must not have control characters");
}

function textSchema({ min = 0, max }: { min?: number; max: number }, refused: RegExp, message: string) {
  return z
    .string()
    .max(max * 4)
    .transform((value) => value.replaceAll("\r\n", "\n").trim().normalize("NFC"))
    .refine((value) => value.isWellFormed() && !refused.test(value), message)
    .refine(
      (value) => value.length >= min,
      min === 1 ? "must not be empty" : `must have at least ${min} characters`,
    )
    .refine((value) => value.length <= max, `must have at most ${max} characters`);
}

const PATH_SEPARATORS = /[/\\]/;
const MAX_FILE_NAME_BYTES = 255;

/**
 * The name of an uploaded file as text to show and to save under: its last path segment without anything unseen, at most 255 bytes with
 * the extension kept. It is never part of a key or a path on the server.
 */
export function sanitizeFileName(given: string): string {
  const last = given.toWellFormed().split(PATH_SEPARATORS).at(-1) ?? "";
  const clean = last.replace(new RegExp(CONTROL_CHARACTERS, "gu"), "").trim().replace(/^\.+/, "").normalize("NFC");
  return truncateFileName(clean) || "file";
}

function truncateFileName(name: string): string {
  if (Buffer.byteLength(name) <= MAX_FILE_NAME_BYTES) return name;
  const dot = name.lastIndexOf(".");
  const extension = dot > 0 && name.length - dot <= 12 ? name.slice(dot) : "";
  let stem = extension ? name.slice(0, dot) : name;
  while (Buffer.byteLength(stem + extension) > MAX_FILE_NAME_BYTES) stem = Array.from(stem).slice(0, -1).join("");
  return stem + extension;
}

import { z } from "zod";

/**
 * PostgreSQL cannot store NUL, and no other control character belongs in text for people. The
 * bidirectional overrides disguise one text as another (Trojan Source, CVE-2021-42574).
 */
export const CONTROL_CHARACTERS = /[\p{Cc}\u200e\u200f\u202a-\u202e\u2066-\u2069]/u;
const CONTROL_CHARACTERS_EXCEPT_NEWLINE = /[^\P{Cc}\n]|[\u200e\u200f\u202a-\u202e\u2066-\u2069]/u;

/**
 * Builds a schema for one line of text in any script: trimmed, composed (NFC), without control
 * characters. Lengths are in UTF-16 units, as in HTML's `maxlength`.
 */
export function singleLineText(limits: { min?: number; max: number }) {
  return textSchema(limits, CONTROL_CHARACTERS, "must be one line without control characters");
}

/** Builds a schema for text that may have line breaks. */
export function multiLineText(limits: { min?: number; max: number }) {
  return textSchema(limits, CONTROL_CHARACTERS_EXCEPT_NEWLINE, "must not have control characters");
}

function textSchema({ min = 0, max }: { min?: number; max: number }, forbidden: RegExp, message: string) {
  return z
    .string()
    .max(max * 4)
    .transform((value) => value.replaceAll("\r\n", "\n").trim().normalize("NFC"))
    .refine((value) => value.isWellFormed() && !forbidden.test(value), message)
    .refine(
      (value) => value.length >= min,
      min === 1 ? "must not be empty" : `must have at least ${min} characters`,
    )
    .refine((value) => value.length <= max, `must have at most ${max} characters`);
}

import { z } from "zod";

/** Characters that no file name keeps: controls, and all that change the direction of text. */
export const CONTROL_CHARACTERS = /[\p{Cc}\u200e\u200f\u202a-\u202e\u2066-\u2069]/u;

/**
 * PostgreSQL cannot store NUL, and no other control character belongs in text for people. The
 * overrides disguise one text as another (Trojan Source, CVE-2021-42574).
 */
const REFUSED_IN_LINE = /[\p{Cc}\u202d\u202e]/u;
const REFUSED_IN_LINES = /[^\P{Cc}\n]|[\u202d\u202e]/u;

/**
 * Builds a schema for one line of text in any script: trimmed, composed (NFC), without control
 * characters. Text without visible characters is empty. Lengths are in UTF-16 units, as in HTML's
 * `maxlength`.
 */
export function singleLineText(limits: { min?: number; max: number }) {
  return textSchema(limits, isPlainLine, "must be one line without control characters");
}

/** Builds a schema for text that may have line breaks. */
export function multiLineText(limits: { min?: number; max: number }) {
  return textSchema(limits, isPlainText, "must not have control characters");
}

function textSchema(
  { min = 0, max }: { min?: number; max: number },
  isAllowed: (text: string) => boolean,
  message: string,
) {
  return z
    .string()
    .max(max * 4)
    .transform(cleanText)
    .refine(isAllowed, message)
    .refine(
      (value) => value.length >= min,
      min === 1 ? "must not be empty" : `must have at least ${min} characters`,
    )
    .refine((value) => value.length <= max, `must have at most ${max} characters`);
}

/**
 * Tells whether cleaned text is one line without control characters, overrides and half letters.
 */
export function isPlainLine(text: string): boolean {
  return text.isWellFormed() && !REFUSED_IN_LINE.test(text);
}

function isPlainText(text: string): boolean {
  return text.isWellFormed() && !REFUSED_IN_LINES.test(text);
}

/** Space and direction marks. Word processors wrap Hebrew and Arabic in such marks. */
const ENDS = /^[\s\u200e\u200f\u061c]+|[\s\u200e\u200f\u061c]+$/gu;

/**
 * Cleans text that a person has typed or pasted: trims spaces and direction marks, removes unpaired
 * embeddings, writes tabs and Unicode's line separators as spaces. Text without visible characters
 * becomes empty.
 */
export function cleanText(text: string): string {
  const lines = text
    .replaceAll("\r\n", "\n")
    .replace(/[\t\u2028\u2029]/gu, " ")
    .split("\n");
  const clean = lines.map(removeUnpairedEmbeddings).join("\n").replace(ENDS, "").normalize("NFC");
  return hasVisibleCharacter(clean) ? clean : "";
}

/**
 * Default ignorable: drawn as nothing (U+200B, U+00AD, U+3164, ...). The others are blank by their
 * glyph: the braille blank, annotation marks, a musical and an Egyptian blank. An override counts
 * as visible, so that it is refused and not dropped.
 */
const VISIBLE = /[^\s\p{DI}\u2800\ufff9-\ufffb\u{13430}-\u{13442}\u{1d159}]|[\u202d\u202e]/u;

/** Tells whether a reader sees anything of this text. */
export function hasVisibleCharacter(text: string): boolean {
  return VISIBLE.test(text);
}

const EMBEDDINGS = /[\u202a\u202b]/u;
const POP_EMBEDDING = "\u202c";
const ISOLATES = /[\u2066-\u2068]/u;
const POP_ISOLATE = "\u2069";

/**
 * Removes what opens or ends no pair in this line: an unpaired one would reach into the text around
 * it. The pairs are those of Unicode: the end of an isolate also ends the embeddings in it.
 * https://www.unicode.org/reports/tr9/#Explicit_Directional_Embeddings
 */
function removeUnpairedEmbeddings(line: string): string {
  const characters = [...line];
  const open: { at: number; isIsolate: boolean }[] = [];
  const paired = new Set<number>();
  for (const [at, character] of characters.entries()) {
    if (EMBEDDINGS.test(character)) open.push({ at, isIsolate: false });
    else if (ISOLATES.test(character)) open.push({ at, isIsolate: true });
    else if (character === POP_EMBEDDING || character === POP_ISOLATE) {
      const isIsolate = character === POP_ISOLATE;
      const start = isIsolate ? open.findLastIndex((each) => each.isIsolate) : open.length - 1;
      const opener = open[start];
      if (opener?.isIsolate !== isIsolate) continue;
      open.length = start;
      paired.add(opener.at).add(at);
    }
  }
  return characters
    .filter((character, at) => !/[\u202a-\u202c\u2066-\u2069]/u.test(character) || paired.has(at))
    .join("");
}

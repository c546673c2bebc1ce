import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { create, type Font } from "fontkitten";
import sharp from "sharp";
import { hasVisibleCharacter } from "../text-schemas";
import { type Pixels, toPixels } from "./decoder";

// The fonts come from npm, because a server has none. Next's tracing finds only literal paths from
// the working directory.
const SANS_FILE = join(process.cwd(), "node_modules/dejavu-fonts-ttf/ttf/DejaVuSans.ttf");
const SERIF_FILE = join(
  process.cwd(),
  "node_modules/@expo-google-fonts/source-serif-4/600SemiBold/SourceSerif4_600SemiBold.ttf",
);

const FONTS = {
  sans: { file: SANS_FILE, family: "DejaVu Sans" },
  serif: { file: SERIF_FILE, family: "Source Serif 4 SemiBold, DejaVu Sans" },
} as const;

export type TextImage = {
  text: string;
  font: keyof typeof FONTS;
  /** Font size in pixels. */
  size: number;
  /** `#rrggbb` */
  colour: string;
  /** Pixels. A longer text wraps. */
  width?: number;
};

/**
 * Renders plain text on a transparent background, trimmed. It leaves out what the fonts cannot
 * draw, because that would be a box. A text without anything to draw is one empty pixel.
 */
export async function renderText({ text, font, size, colour, width }: TextImage): Promise<Pixels> {
  await loadFallbackFont();
  const plain = await toDrawableLine(text);
  if (plain === "") return { data: Buffer.alloc(4), width: 1, height: 1, channels: 4 };
  const { file, family } = FONTS[font];
  return toPixels(
    sharp({
      text: {
        text: `<span foreground="${colour}">${escapeMarkup(plain)}</span>`,
        font: `${family} ${size}`,
        fontfile: file,
        rgba: true,
        dpi: 72,
        ...(width ? { width: Math.round(width), wrap: "word-char" as const } : {}),
      },
    }),
  );
}

let fallbackFont: Promise<unknown> | undefined;

/** Loads the fonts into libvips. DejaVu Sans has Greek, Cyrillic, Arabic and Hebrew. */
function loadFallbackFont(): Promise<unknown> {
  fallbackFont ??= sharp({ text: { text: "x", font: `${FONTS.sans.family} 8`, fontfile: SANS_FILE } })
    .raw()
    .toBuffer();
  return fallbackFont;
}

/**
 * Returns one line of the characters that the fonts can draw. Empty if a reader would see nothing.
 */
export async function toDrawableLine(text: string): Promise<string> {
  const fonts = await loadCharacterSets();
  const canDraw = (character: string) =>
    !hasVisibleCharacter(character) ||
    fonts.some((font) => font.hasGlyphForCodePoint(character.codePointAt(0) ?? 0));
  const line = [...graphemes.segment(toPlainLine(text))]
    .map(({ segment }) => ([...segment].every(canDraw) ? segment : " "))
    .join("");
  return hasVisibleCharacter(line) ? line.replace(/\s+/gu, " ").trim() : "";
}

/** A picture of a flag or a family is one grapheme of several characters: all of it, or nothing. */
const graphemes = new Intl.Segmenter();

let characterSets: Promise<Font[]> | undefined;

/** Both fonts serve each text: Pango takes a letter that one lacks from the other. */
function loadCharacterSets(): Promise<Font[]> {
  characterSets ??= Promise.all(
    [SANS_FILE, SERIF_FILE].map(async (file) => {
      const font = create(await readFile(file));
      if (font.isCollection) throw new Error(`${file} is a collection of fonts.`);
      return font;
    }),
  );
  return characterSets;
}

/** Returns one line without control characters, lone surrogates and bidirectional marks. */
export function toPlainLine(text: string): string {
  return text
    .replace(/[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u200e\u200f\u202a-\u202e\u2066-\u2069\ufffe\uffff]/gu, " ")
    .replace(/\s+/g, " ")
    .trim();
}

const ENTITIES = new Map([
  ["&", "&amp;"],
  ["<", "&lt;"],
  [">", "&gt;"],
]);

function escapeMarkup(text: string): string {
  return text.replace(/[&<>]/g, (character) => ENTITIES.get(character) ?? character);
}

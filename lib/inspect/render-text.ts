import { join } from "node:path";
import sharp from "sharp";
import { type Pixels, toPixels } from "./decoder";

// Fonts travel with the application, because a server has none. Paths are spelled out from the working directory, where Next's tracing finds them.
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
  /** Of the letters' body, in pixels. */
  size: number;
  /** `#rrggbb` */
  colour: string;
  /** Pixels; longer text goes on in a next line. */
  width?: number;
};

/** The text in letters on nothing, cut to what is inked. It is shown as it stands, never read as markup; no text, one empty pixel. */
export async function renderText({ text, font, size, colour, width }: TextImage): Promise<Pixels> {
  await loadFallbackFont();
  const plain = toPlainLine(text);
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

/** libvips knows a font from its first use on; DejaVu Sans has Greek, Cyrillic, Arabic and Hebrew for what the serif lacks. */
function loadFallbackFont(): Promise<unknown> {
  fallbackFont ??= sharp({ text: { text: "x", font: `${FONTS.sans.family} 8`, fontfile: SANS_FILE } })
    .raw()
    .toBuffer();
  return fallbackFont;
}

/** One line without what cannot be seen: control characters, halves of pairs, and marks that turn the direction of what follows. */
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

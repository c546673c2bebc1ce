import {
  mapDecodeErrors,
  openPicture,
  openPixels,
  type Pixels,
  solidColour,
  toOverlay,
  toPixels,
} from "./decoder";
import { renderText, toDrawableLine } from "./render-text";

const WIDTH = 1200;
const HEIGHT = 630;
// The colour tokens of the interface in sRGB.
const PAPER = "#fcfaf6";
const INK = "#171b21";
const MUTED = "#4f555e";
const HAIRLINE = "#dfdbd3";
const GREEN = "#00616b";
const PALE_GREEN = "#e2ecec";

const MARGIN = 96;
const PORTRAIT_SIZE = 304;
const TEXT_LEFT = MARGIN + PORTRAIT_SIZE + 68;
const TEXT_WIDTH = WIDTH - TEXT_LEFT - MARGIN;
/** The middle of portrait and text: above the card's middle, because of the footer. */
const CENTRE_Y = 284;
const FOOTER_Y = 548;

export type ProfileCard = {
  name: string;
  /** The title, if no letter of the name can be drawn. */
  handle?: string;
  headline: string;
  /** A square picture of the member. Default: the first letter of the name. */
  picture?: Buffer;
};

/** Renders the Open Graph image of a public profile: a PNG of 1200 x 630. */
export async function renderCard({ name, handle = "", headline, picture }: ProfileCard): Promise<Buffer> {
  const [heading, subtitle] = [(await toDrawableLine(name)) || handle, await toDrawableLine(headline)];
  const [portrait, title, line, word] = await Promise.all([
    picture ? renderPortrait(picture) : renderMonogram(heading),
    fitText(heading, {
      font: "serif",
      colour: INK,
      sizes: [76, 60, 46, 38],
      maxHeight: 190,
      maxCharacters: 90,
    }),
    fitText(subtitle, { font: "sans", colour: MUTED, sizes: [32, 27], maxHeight: 130, maxCharacters: 160 }),
    renderText({ text: "Dossier", font: "serif", size: 27, colour: GREEN }),
  ]);
  const hasLine = subtitle !== "";
  const [above, below] = [34, hasLine ? 34 + line.height : 0];
  const top = Math.round(CENTRE_Y - (title.height + above + below) / 2);
  const rule = top + title.height + above;
  return solidColour({ width: WIDTH, height: HEIGHT, colour: PAPER })
    .composite([
      placeAt(portrait, MARGIN, CENTRE_Y - PORTRAIT_SIZE / 2),
      placeAt(title, TEXT_LEFT, top),
      placeAt(await renderBar(88, 4, GREEN), TEXT_LEFT, rule),
      ...(hasLine ? [placeAt(line, TEXT_LEFT, rule + 34)] : []),
      placeAt(await renderBar(WIDTH - 2 * MARGIN, 1, HAIRLINE), MARGIN, FOOTER_Y - 36),
      placeAt(word, MARGIN, FOOTER_Y - 8),
    ])
    .png({ compressionLevel: 7 })
    .toBuffer();
}

type TextBox = {
  font: "serif" | "sans";
  colour: string;
  /** Pixels, tried in this order. */
  sizes: readonly number[];
  /** Pixels. */
  maxHeight: number;
  /** Characters. */
  maxCharacters: number;
};

/** Renders the text in the largest size that fits. In the smallest size, it cuts off the rest. */
async function fitText(
  text: string,
  { font, colour, sizes, maxHeight, maxCharacters }: TextBox,
): Promise<Pixels> {
  const shown = text.length > maxCharacters ? `${text.slice(0, maxCharacters - 1).trimEnd()}…` : text;
  let pixels: Pixels | undefined;
  for (const size of sizes) {
    pixels = await renderText({ text: shown, font, size, colour, width: TEXT_WIDTH });
    if (pixels.height <= maxHeight && pixels.width <= TEXT_WIDTH) return pixels;
  }
  if (!pixels) throw new Error("A text needs at least one size.");
  const size = { width: Math.min(pixels.width, TEXT_WIDTH), height: Math.min(pixels.height, maxHeight) };
  return toPixels(openPixels(pixels).extract({ left: 0, top: 0, ...size }));
}

function renderPortrait(picture: Buffer): Promise<Pixels> {
  return mapDecodeErrors(async () =>
    cropToCircle(
      await toPixels(
        openPicture(picture).resize(PORTRAIT_SIZE, PORTRAIT_SIZE).flatten({ background: PALE_GREEN }),
      ),
    ),
  );
}

async function renderMonogram(name: string): Promise<Pixels> {
  const [first] = new Intl.Segmenter().segment(name.toLocaleUpperCase("en-GB"));
  const text = first?.segment ?? "";
  const initial = await fitInside(await renderText({ text, font: "serif", size: 150, colour: GREEN }));
  const disc = solidColour({ width: PORTRAIT_SIZE, height: PORTRAIT_SIZE, colour: PALE_GREEN });
  return cropToCircle(await toPixels(disc.composite([{ ...toOverlay(initial), gravity: "centre" }])));
}

/** Makes a letter with a pile of accents as small as the disc: it cannot be placed otherwise. */
function fitInside(letter: Pixels): Pixels | Promise<Pixels> {
  if (Math.max(letter.width, letter.height) <= PORTRAIT_SIZE) return letter;
  return toPixels(openPixels(letter).resize(PORTRAIT_SIZE, PORTRAIT_SIZE, { fit: "inside" }));
}

/** Makes all pixels outside the inscribed circle transparent, with a soft edge of one pixel. */
async function cropToCircle(square: Pixels): Promise<Pixels> {
  const { data, ...size } = await toPixels(openPixels(square).ensureAlpha());
  const radius = size.width / 2;
  for (let y = 0; y < size.height; y += 1) {
    for (let x = 0; x < size.width; x += 1) {
      const inside = radius - Math.hypot(x + 0.5 - radius, y + 0.5 - radius) + 0.5;
      data[(y * size.width + x) * 4 + 3] = Math.round(255 * Math.min(1, Math.max(0, inside)));
    }
  }
  return { data, ...size };
}

function renderBar(width: number, height: number, colour: string): Promise<Pixels> {
  return toPixels(solidColour({ width, height, colour }));
}

function placeAt(pixels: Pixels, left: number, top: number) {
  return { ...toOverlay(pixels), left, top: Math.max(0, Math.round(top)) };
}

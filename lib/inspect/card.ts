import { flat, open, openPixels, overlay, type Pixels, readable, toPixels } from "./decoder";
import { letter, plainText } from "./lettering";

const WIDTH = 1200;
const HEIGHT = 630;
// The tokens of the interface in sRGB: paper, ink, muted ink, hairline, the registry's green and its palest shade.
const PAPER = "#fcfaf6";
const INK = "#171b21";
const MUTED = "#4f555e";
const HAIRLINE = "#dfdbd3";
const GREEN = "#00616b";
const PALE = "#e2ecec";

const MARGIN = 96;
const PORTRAIT = 304;
const LEFT = MARGIN + PORTRAIT + 68;
const MEASURE = WIDTH - LEFT - MARGIN;
/** Where the portrait's and the text's middle is: a little above the card's, for the foot below. */
const MIDDLE = 284;
const FOOT = 548;

export type Card = {
  name: string;
  headline: string;
  /** A square picture of the member; without one the name's first letter stands in. */
  picture?: Buffer;
};

/** The image of a public profile that shows where its address is shared (Open Graph): a PNG of 1200 x 630. */
export async function renderCard({ name, headline, picture }: Card): Promise<Buffer> {
  const [portrait, title, line, word] = await Promise.all([
    picture ? photograph(picture) : monogram(name),
    fitted(name, { font: "serif", colour: INK, sizes: [76, 60, 46, 38], height: 190, longest: 90 }),
    fitted(headline, { font: "sans", colour: MUTED, sizes: [32, 27], height: 130, longest: 160 }),
    letter({ text: "Dossier", font: "serif", size: 27, colour: GREEN }),
  ]);
  const hasLine = plainText(headline) !== "";
  const [above, below] = [34, hasLine ? 34 + line.height : 0];
  const top = Math.round(MIDDLE - (title.height + above + below) / 2);
  const rule = top + title.height + above;
  return flat({ width: WIDTH, height: HEIGHT, colour: PAPER })
    .composite([
      at(portrait, MARGIN, MIDDLE - PORTRAIT / 2),
      at(title, LEFT, top),
      at(await bar(88, 4, GREEN), LEFT, rule),
      ...(hasLine ? [at(line, LEFT, rule + 34)] : []),
      at(await bar(WIDTH - 2 * MARGIN, 1, HAIRLINE), MARGIN, FOOT - 36),
      at(word, MARGIN, FOOT - 8),
    ])
    .png({ compressionLevel: 7 })
    .toBuffer();
}

type Fit = {
  font: "serif" | "sans";
  colour: string;
  /** Tried in this order, in pixels. */
  sizes: readonly number[];
  /** What it may take up, in pixels. */
  height: number;
  /** Characters. */
  longest: number;
};

/** The text as large as it fits; at its smallest, what goes beyond is cut off below. */
async function fitted(text: string, { font, colour, sizes, height, longest }: Fit): Promise<Pixels> {
  const plain = plainText(text);
  const shown = plain.length > longest ? `${plain.slice(0, longest - 1).trimEnd()}…` : plain;
  let drawn: Pixels | undefined;
  for (const size of sizes) {
    drawn = await letter({ text: shown, font, size, colour, width: MEASURE });
    if (drawn.height <= height && drawn.width <= MEASURE) return drawn;
  }
  if (!drawn) throw new Error("A text needs a size");
  const size = { width: Math.min(drawn.width, MEASURE), height: Math.min(drawn.height, height) };
  return toPixels(openPixels(drawn).extract({ left: 0, top: 0, ...size }));
}

function photograph(picture: Buffer): Promise<Pixels> {
  return readable(async () =>
    round(await toPixels(open(picture).resize(PORTRAIT, PORTRAIT).flatten({ background: PALE }))),
  );
}

async function monogram(name: string): Promise<Pixels> {
  const [first] = new Intl.Segmenter().segment(plainText(name).toLocaleUpperCase("en-GB"));
  const initial = await letter({ text: first?.segment ?? "", font: "serif", size: 150, colour: GREEN });
  const disc = flat({ width: PORTRAIT, height: PORTRAIT, colour: PALE });
  return round(await toPixels(disc.composite([{ ...overlay(initial), gravity: "centre" }])));
}

/** Only what lies in the inscribed circle, its edge softened over one pixel. */
async function round(square: Pixels): Promise<Pixels> {
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

function bar(width: number, height: number, colour: string): Promise<Pixels> {
  return toPixels(flat({ width, height, colour }));
}

function at(pixels: Pixels, left: number, top: number) {
  return { ...overlay(pixels), left, top: Math.max(0, Math.round(top)) };
}

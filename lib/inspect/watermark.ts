import { openPixels, overlay, type Pixels, toPixels } from "./decoder";
import { letter } from "./lettering";

// Dark letters show on paper and light ones on a dark photograph; one set over the other, they show on anything and hide nothing.
const DARK = { colour: "#24405c", strength: 0.32 };
const LIGHT = { colour: "#ffffff", strength: 0.42 };
/** Degrees, rising to the right as a stamp is set. */
const SLANT = -28;
/** Pixels of a page's shorter side to one of the letters' body. */
const FINENESS = 54;
const LONGEST_TEXT = 160;
const CLEAR = { r: 0, g: 0, b: 0, alpha: 0 };

/** `page`, on white where it was transparent, with the text repeated across it so that no part worth a photograph is without. */
export async function watermark(page: Pixels, text: string): Promise<Pixels> {
  const tile = await tileOf(text, page);
  return toPixels(
    openPixels(page)
      .flatten({ background: "#ffffff" })
      .toColourspace("srgb")
      .composite([{ ...overlay(tile), tile: true, gravity: "northwest" }]),
  );
}

/** One slanted line of text with room around it, no larger than the page. */
async function tileOf(text: string, page: Pixels): Promise<Pixels> {
  const size = Math.max(11, Math.round(Math.min(page.width, page.height) / FINENESS));
  const line = { text: text.slice(0, LONGEST_TEXT), font: "sans", size } as const;
  const [dark, light] = await Promise.all(
    [DARK, LIGHT].map(async ({ colour, strength }) => faded(await letter({ ...line, colour }), strength)),
  );
  if (!dark || !light) throw new Error("A watermark has two shades");
  const slip = Math.max(1, Math.round(size / 16));
  const straight = await toPixels(
    openPixels(light)
      .extend({ left: size, right: size * 2, top: size, bottom: size, background: CLEAR })
      .composite([{ ...overlay(dark), left: size - slip, top: size - slip }]),
  );
  const slanted = await toPixels(openPixels(straight).rotate(SLANT, { background: CLEAR }));
  if (slanted.width <= page.width && slanted.height <= page.height) return slanted;
  return toPixels(openPixels(slanted).resize(page.width, page.height, { fit: "inside" }));
}

function faded(line: Pixels, strength: number): Pixels {
  const data = Buffer.from(line.data);
  for (let at = 3; at < data.length; at += 4) data[at] = Math.round((data[at] ?? 0) * strength);
  return { ...line, data };
}

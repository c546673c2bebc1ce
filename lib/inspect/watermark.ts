import { openPixels, toOverlay, type Pixels, toPixels } from "./decoder";
import { renderText } from "./render-text";

// Dark letters show on paper and light ones on a dark photograph; one set over the other, they show on anything and hide nothing.
const DARK = { colour: "#24405c", strength: 0.32 };
const LIGHT = { colour: "#ffffff", strength: 0.42 };
/** Degrees, rising to the right as a stamp is set. */
const ANGLE_DEGREES = -28;
/** Pixels of a page's shorter side to one of the letters' body. */
const SIDE_TO_TEXT_RATIO = 54;
const MAX_TEXT_LENGTH = 160;
const TRANSPARENT = { r: 0, g: 0, b: 0, alpha: 0 };

/** `page`, on white where it was transparent, with the text repeated across it so that no part worth a photograph is without. */
export async function applyWatermark(page: Pixels, text: string): Promise<Pixels> {
  const tile = await renderTile(text, page);
  return toPixels(
    openPixels(page)
      .flatten({ background: "#ffffff" })
      .toColourspace("srgb")
      .composite([{ ...toOverlay(tile), tile: true, gravity: "northwest" }]),
  );
}

/** One slanted line of text with room around it, no larger than the page. */
async function renderTile(text: string, page: Pixels): Promise<Pixels> {
  const size = Math.max(11, Math.round(Math.min(page.width, page.height) / SIDE_TO_TEXT_RATIO));
  const line = { text: text.slice(0, MAX_TEXT_LENGTH), font: "sans", size } as const;
  const [dark, light] = await Promise.all(
    [DARK, LIGHT].map(async ({ colour, strength }) => fade(await renderText({ ...line, colour }), strength)),
  );
  if (!dark || !light) throw new Error("A watermark has two shades");
  const slip = Math.max(1, Math.round(size / 16));
  const straight = await toPixels(
    openPixels(light)
      .extend({ left: size, right: size * 2, top: size, bottom: size, background: TRANSPARENT })
      .composite([{ ...toOverlay(dark), left: size - slip, top: size - slip }]),
  );
  const slanted = await toPixels(openPixels(straight).rotate(ANGLE_DEGREES, { background: TRANSPARENT }));
  if (slanted.width <= page.width && slanted.height <= page.height) return slanted;
  return toPixels(openPixels(slanted).resize(page.width, page.height, { fit: "inside" }));
}

function fade(line: Pixels, strength: number): Pixels {
  const data = Buffer.from(line.data);
  for (let at = 3; at < data.length; at += 4) data[at] = Math.round((data[at] ?? 0) * strength);
  return { ...line, data };
}

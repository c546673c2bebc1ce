import { openPixels, type Pixels, toOverlay, toPixels } from "./decoder";
import { renderText } from "./render-text";

// Dark letters show on paper, light letters on a dark photograph. Both together show on anything.
const DARK = { colour: "#24405c", strength: 0.32 };
const LIGHT = { colour: "#ffffff", strength: 0.42 };
/** Degrees, rising to the right. */
const ANGLE_DEGREES = -28;
/** The page's shorter side, divided by this, is the font size. */
const SIDE_TO_TEXT_RATIO = 54;
const MAX_TEXT_LENGTH = 160;
const TRANSPARENT = { r: 0, g: 0, b: 0, alpha: 0 };

/** Repeats the text all over an opaque page, in its own pixels. Each useful part has a copy. */
export async function applyWatermark(page: Pixels, text: string): Promise<void> {
  blendTiled(page, await renderTile(text, page));
}

/** Blends copies of `tile` over the pixels of `page`. Most of the tile is transparent. */
function blendTiled({ data, width, height, channels }: Pixels, tile: Pixels): void {
  for (let at = 0; at < tile.data.length; at += 4) {
    const opacity = (tile.data[at + 3] ?? 0) / 255;
    if (opacity === 0) continue;
    const [red = 0, green = 0, blue = 0] = tile.data.subarray(at, at + 3);
    const column = (at / 4) % tile.width;
    const row = Math.floor(at / 4 / tile.width);
    for (let y = row; y < height; y += tile.height)
      for (let x = column; x < width; x += tile.width) {
        const pixel = (y * width + x) * channels;
        data[pixel] = mix(data[pixel], red, opacity);
        data[pixel + 1] = mix(data[pixel + 1], green, opacity);
        data[pixel + 2] = mix(data[pixel + 2], blue, opacity);
      }
  }
}

function mix(below = 0, above: number, opacity: number): number {
  return Math.round(below + (above - below) * opacity);
}

/** Renders one slanted line with space around it, at most as large as the page. */
async function renderTile(text: string, page: Pixels): Promise<Pixels> {
  const size = Math.max(11, Math.round(Math.min(page.width, page.height) / SIDE_TO_TEXT_RATIO));
  // A wider line would be scaled down until it is illegible.
  const maxWidth = Math.max(size, Math.min(page.width, page.height) - 3 * size);
  const line = { text: text.slice(0, MAX_TEXT_LENGTH), font: "sans", size } as const;
  const [dark, light] = await Promise.all(
    [DARK, LIGHT].map(async ({ colour, strength }) =>
      fade(await cutOff(await renderText({ ...line, colour }), maxWidth), strength),
    ),
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

/** Cuts off the end of a line that is too wide. The start of the text is the part that counts. */
function cutOff(line: Pixels, width: number): Pixels | Promise<Pixels> {
  if (line.width <= width) return line;
  return toPixels(openPixels(line).extract({ left: 0, top: 0, width, height: line.height }));
}

function fade(line: Pixels, strength: number): Pixels {
  const data = Buffer.from(line.data);
  for (let at = 3; at < data.length; at += 4) data[at] = Math.round((data[at] ?? 0) * strength);
  return { ...line, data };
}

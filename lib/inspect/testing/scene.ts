import sharp from "sharp";

// A landscape with a person, computed by pixel. Its light, grain and edges give a JPEG the size of
// a photograph. Its layout shows which side is up: sky above, grass below, a red house on the left.

export type RawImage = { data: Buffer; width: number; height: number };
type Colour = readonly [number, number, number];

const SKY_ABOVE: Colour = [64, 120, 205];
const SKY_BELOW: Colour = [190, 214, 236];
const GRASS: Colour = [70, 128, 52];
const HILL: Colour = [58, 96, 92];
const HOUSE: Colour = [168, 48, 40];
const ROOF: Colour = [70, 50, 46];
const COAT: Colour = [38, 58, 104];
const FACE: Colour = [214, 168, 138];
const HAIR: Colour = [62, 42, 30];

/** Renders the scene. `grain`: the largest noise of a channel, of 255. */
export async function renderScene(width: number, height: number, grain = 9): Promise<RawImage> {
  // Only the grain is computed at full size. Most bytes of a photograph are noise too.
  const small = { width: Math.ceil(width / 4), height: Math.ceil(height / 4) };
  const coarse = Buffer.allocUnsafe(small.width * small.height * 3);
  for (let at = 0, y = 0; y < small.height; y += 1) {
    for (let x = 0; x < small.width; x += 1) {
      for (const channel of colourAt(x / small.width, y / small.height)) coarse[at++] = clamp(channel);
    }
  }
  const data = await openRawImage({ data: coarse, ...small })
    .resize(width, height, { fit: "fill" })
    .raw()
    .toBuffer();
  let seed = 20_261_123;
  for (let at = 0; at < data.length; at += 3) {
    seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
    const noise = ((seed >>> 24) / 255 - 0.5) * 2 * grain;
    data[at] = clamp((data[at] ?? 0) + noise);
    data[at + 1] = clamp((data[at + 1] ?? 0) + noise);
    data[at + 2] = clamp((data[at + 2] ?? 0) + noise * 1.3);
  }
  return { data, width, height };
}

export function openRawImage({ data, width, height }: RawImage) {
  return sharp(data, { raw: { width, height, channels: 3 } });
}

/** Returns the colour at a point. Coordinates are 0 to 1 from the upper left corner. */
function colourAt(x: number, y: number): Colour {
  const person = personAt((x - 0.56) * 1.2, y);
  if (person) return person;
  if (x > 0.08 && x < 0.3 && y > 0.46 && y < 0.66) return HOUSE;
  if (y > 0.38 && y <= 0.46 && Math.abs(x - 0.19) < (y - 0.38) * 1.7) return ROOF;
  const horizon = 0.55 + 0.04 * Math.sin(x * 5 + 0.6) + 0.012 * Math.sin(x * 23);
  if (y < horizon - 0.05) return mix(SKY_ABOVE, SKY_BELOW, y / horizon);
  if (y < horizon + 0.04) return HILL;
  return mix(GRASS, [110, 160, 70], 0.5 + 0.5 * Math.sin(x * 180 + Math.sin(y * 90) * 4) * (y - 0.5));
}

function personAt(x: number, y: number): Colour | undefined {
  const head = Math.hypot(x / 0.12, (y - 0.42) / 0.12);
  if (head < 1) return y < 0.36 || head > 0.93 ? HAIR : FACE;
  const shoulders = Math.hypot(x / 0.27, (y - 0.86) / 0.33);
  return y > 0.5 && (shoulders < 1 || (y > 0.86 && Math.abs(x) < 0.27)) ? COAT : undefined;
}

function mix(a: Colour, b: Colour, share: number): Colour {
  const t = Math.min(1, Math.max(0, share));
  return [a[0] + (b[0] - a[0]) * t, a[1] + (b[1] - a[1]) * t, a[2] + (b[2] - a[2]) * t];
}

function clamp(value: number): number {
  return Math.min(255, Math.max(0, value));
}

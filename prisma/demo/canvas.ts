import { openPixels } from "../../lib/inspect/decoder";
import { mixColours, type Rgb } from "./colour";

/** How far outside the shape a point lies, in fractions of the picture's side; negative within. */
export type Shape = (x: number, y: number) => number;
/** Painted one over the other. */
export type Layer = { shape: Shape; colour: (x: number, y: number) => Rgb };

export const wholeCanvas: Shape = () => -1;

export function ellipse(cx: number, cy: number, rx: number, ry: number): Shape {
  // The distance along the line to the middle: near enough for an edge of one pixel.
  return (x, y) => (Math.hypot((x - cx) / rx, (y - cy) / ry) - 1) * Math.min(rx, ry);
}

export function roundedBox(cx: number, cy: number, halfWidth: number, halfHeight: number, round: number): Shape {
  return (x, y) => {
    const [dx, dy] = [Math.abs(x - cx) - halfWidth + round, Math.abs(y - cy) - halfHeight + round];
    return Math.hypot(Math.max(dx, 0), Math.max(dy, 0)) + Math.min(Math.max(dx, dy), 0) - round;
  };
}

export function subtractShape(one: Shape, other: Shape): Shape {
  return (x, y) => Math.max(one(x, y), -other(x, y));
}

/** Everything below a line that rolls. */
export function hills(height: number, roll: number, waves: number, phase: number): Shape {
  return (x, y) =>
    height + roll * Math.sin(x * waves + phase) + roll * 0.4 * Math.sin(x * waves * 2.3 + phase * 3) - y;
}

const SIDE = 560;
/** How far the grain moves a channel, of 255. */
const GRAIN = 5;

/** The layers as a square JPEG, with the grain of printed paper. */
export function renderLayers(layers: readonly Layer[]): Promise<Buffer> {
  const data = Buffer.allocUnsafe(SIDE * SIDE * 3);
  let noise = 20_261_123;
  for (let at = 0, row = 0; row < SIDE; row += 1) {
    for (let column = 0; column < SIDE; column += 1) {
      noise = (Math.imul(noise, 1_664_525) + 1_013_904_223) >>> 0;
      const shift = ((noise >>> 24) / 255 - 0.5) * 2 * GRAIN;
      for (const channel of colourAt(layers, (column + 0.5) / SIDE, (row + 0.5) / SIDE)) {
        data[at++] = Math.min(255, Math.max(0, channel + shift));
      }
    }
  }
  return openPixels({ data, width: SIDE, height: SIDE, channels: 3 }).jpeg({ quality: 88 }).toBuffer();
}

function colourAt(layers: readonly Layer[], x: number, y: number): Rgb {
  let colour: Rgb = [0, 0, 0];
  for (const layer of layers) {
    const cover = 0.5 - layer.shape(x, y) * SIDE;
    if (cover > 0) colour = mixColours(colour, layer.colour(x, y), cover);
  }
  return colour;
}

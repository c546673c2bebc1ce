import { thumbHashToRGBA } from "thumbhash";

/** Pixels of a side. A browser enlarges so few pixels to a blur. */
const SIDE_PIXELS = 8;

/**
 * Renders the placeholder of a picture as a data URL of about 340 characters. The server renders
 * it, so browsers need no code for it. A bitmap needs only a header
 * (https://en.wikipedia.org/wiki/BMP_file_format).
 */
export function placeholderDataUrl(thumbHash: string | null | undefined): string | null {
  if (!thumbHash) return null;
  const { w, h, rgba } = thumbHashToRGBA(Buffer.from(thumbHash, "base64"));
  const header = Buffer.alloc(54);
  const size = SIDE_PIXELS * SIDE_PIXELS * 3;
  header.write("BM");
  header.writeUInt32LE(header.length + size, 2);
  header.writeUInt32LE(header.length, 10);
  header.writeUInt32LE(40, 14);
  header.writeInt32LE(SIDE_PIXELS, 18);
  // A negative height means rows from top to bottom.
  header.writeInt32LE(-SIDE_PIXELS, 22);
  header.writeUInt16LE(1, 26);
  header.writeUInt16LE(24, 28);
  header.writeUInt32LE(size, 34);
  const pixels = Array.from({ length: SIDE_PIXELS * SIDE_PIXELS }, (_, index) => {
    const scale = (pixel: number, length: number) => Math.floor(((pixel + 0.5) * length) / SIDE_PIXELS);
    const row = scale(Math.floor(index / SIDE_PIXELS), h);
    const start = (row * w + scale(index % SIDE_PIXELS, w)) * 4;
    return Array.from(rgba.subarray(start, start + 3)).reverse();
  });
  return `data:image/bmp;base64,${Buffer.concat([header, Buffer.from(pixels.flat())]).toString("base64")}`;
}

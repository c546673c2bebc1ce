import { thumbHashToRGBA } from "thumbhash";

/** Pixels of a side. A browser enlarges so few of them to a blur, which is all that a placeholder is. */
const SIDE_PIXELS = 8;

/**
 * What stands in a picture's place until it has come, as a data URL of some 340 characters: drawn here, so that no browser needs the code for it, and as a
 * bitmap, for which a header is all the encoding (https://en.wikipedia.org/wiki/BMP_file_format).
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
  // Negative: from top to bottom.
  header.writeInt32LE(-SIDE_PIXELS, 22);
  header.writeUInt16LE(1, 26);
  header.writeUInt16LE(24, 28);
  header.writeUInt32LE(size, 34);
  const pixels = Array.from({ length: SIDE_PIXELS * SIDE_PIXELS }, (_, index) => {
    const at = (place: number, length: number) => Math.floor(((place + 0.5) * length) / SIDE_PIXELS);
    const start = (at(Math.floor(index / SIDE_PIXELS), h) * w + at(index % SIDE_PIXELS, w)) * 4;
    return Array.from(rgba.subarray(start, start + 3)).reverse();
  });
  return `data:image/bmp;base64,${Buffer.concat([header, Buffer.from(pixels.flat())]).toString("base64")}`;
}

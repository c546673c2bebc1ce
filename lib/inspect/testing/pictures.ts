import sharp from "sharp";
import type { Picture } from "../picture";

/** Red, green, blue and yellow quarters, in reading order. */
export async function fourColourPicture(width: number, height: number): Promise<Buffer> {
  const quarter = (background: string) => ({
    input: { create: { width: width / 2, height: height / 2, channels: 3 as const, background } },
  });
  return sharp({ create: { width, height, channels: 3, background: "#000000" } })
    .composite([
      { ...quarter("#e00000"), left: 0, top: 0 },
      { ...quarter("#00c000"), left: width / 2, top: 0 },
      { ...quarter("#0000e0"), left: 0, top: height / 2 },
      { ...quarter("#e0e000"), left: width / 2, top: height / 2 },
    ])
    .png()
    .toBuffer();
}

/** Turns an upright picture so that the EXIF orientation turns it back. */
export async function rotateAsSensor(upright: Buffer, orientation: number): Promise<Buffer> {
  const angle = { 3: 180, 5: 90, 6: 270, 7: 270, 8: 90 }[orientation] ?? 0;
  const turned = await sharp(upright).rotate(angle).png().toBuffer();
  return sharp(turned)
    .flop([2, 5, 7].includes(orientation))
    .flip(orientation === 4)
    .png()
    .toBuffer();
}

/** Returns the bytes of a variant. Throws if the picture has no such variant. */
export function findVariantBytes(picture: Picture, width: number, type = "image/webp"): Buffer {
  const found = picture.variants.find((one) => one.width === width && one.type === type);
  if (!found) throw new Error(`No ${type} of ${width}`);
  return found.data;
}

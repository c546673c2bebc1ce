import type { Crop } from "./crop";
import { openPicture, openPixels, type Pixels, mapDecodeErrors, readPictureHeader, toPixels } from "./decoder";
import { cropToSquare, encodeVariants, type PictureVariants } from "./variants";

/** The longest side of a rendition, in pixels. */
const MAX_SIDE = 2048;

export type Rendition = { data: Buffer; type: "image/webp"; width: number; height: number };

export type Picture = PictureVariants & {
  /** The whole picture, upright and uncropped, encoded by us: `renderVariants` makes variants of it for any other crop. */
  rendition: Rendition;
  /** Pixels of the picture as it was sent, upright. */
  width: number;
  height: number;
};

/**
 * Everything that is kept of a picture that somebody sent; none of the bytes of `bytes` is among it, and no EXIF, GPS, XMP or colour
 * profile (the pixels are brought to sRGB). Fails with `unreadable_file`.
 */
export async function renderPicture(bytes: Buffer, options: { crop?: Crop } = {}): Promise<Picture> {
  const upright = await readPictureHeader(bytes);
  const { width, height } = upright;
  return mapDecodeErrors(async () => {
    const whole = toPixels(openPicture(bytes).resize(MAX_SIDE, MAX_SIDE, { fit: "inside", withoutEnlargement: true }));
    // A JPEG is decoded twice at once, because a quarter of its size comes four times as fast as half of it; anything else once.
    const square =
      upright.format === "jpeg"
        ? cropToSquare(() => openPicture(bytes), upright, options.crop)
        : whole.then((pixels) => cropToSquare(() => openPixels(pixels), pixels, options.crop));
    const [rendition, shown] = await Promise.all([whole.then(encodeRendition), square.then(encodeVariants)]);
    return { rendition, ...shown, width, height };
  });
}

async function encodeRendition(pixels: Pixels): Promise<Rendition> {
  const data = await openPixels(pixels).webp({ quality: 85, effort: 1 }).toBuffer();
  return { data, type: "image/webp", width: pixels.width, height: pixels.height };
}

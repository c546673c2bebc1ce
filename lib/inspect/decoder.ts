import sharp, { type OverlayOptions, type Sharp } from "sharp";
import { Problem } from "../errors";
import { ANIMATED_PICTURE, MAX_PIXELS, pixelsRefusal } from "../fields/file-refusals";

// All pictures of members go through this module. libvips has many loaders (SVG, TIFF, GIF, PDF and
// others), and some read other files. We block all and unblock three that read from memory.
sharp.block({ operation: ["VipsForeignLoad"] });
sharp.unblock({
  operation: ["VipsForeignLoadJpegBuffer", "VipsForeignLoadPngBuffer", "VipsForeignLoadWebpBuffer"],
});
// No data of one member's picture stays in memory for the next one.
sharp.cache(false);

/** More than any accepted picture takes to decode. */
const DECODE_TIMEOUT_SECONDS = 20;

/** The upright size of a picture, after its EXIF orientation. */
export type PictureHeader = { width: number; height: number; format: "jpeg" | "png" | "webp" };

/** Decoded pixels in sRGB, one byte a channel. */
export type Pixels = { data: Buffer; width: number; height: number; channels: 1 | 2 | 3 | 4 };

/** Opens a picture that `readPictureHeader` accepted, upright. A decoder warning is an error. */
export function openPicture(bytes: Buffer): Sharp {
  return sharp(bytes, { limitInputPixels: MAX_PIXELS, failOn: "warning", autoOrient: true }).timeout({
    seconds: DECODE_TIMEOUT_SECONDS,
  });
}

/** Opens decoded pixels. */
export function openPixels({ data, width, height, channels }: Pixels): Sharp {
  return sharp(data, { raw: { width, height, channels } });
}

/** Creates an opaque area of one colour, `#rrggbb`. */
export function solidColour({
  width,
  height,
  colour,
}: {
  width: number;
  height: number;
  colour: string;
}): Sharp {
  return sharp({ create: { width, height, channels: 3, background: colour } });
}

/** Returns pixels as an overlay for `composite`. */
export function toOverlay({ data, width, height, channels }: Pixels): OverlayOptions {
  return { input: data, raw: { width, height, channels } };
}

export async function toPixels(pipeline: Sharp): Promise<Pixels> {
  const { data, info } = await pipeline
    .toColourspace("srgb")
    .raw({ depth: "uchar" })
    .toBuffer({ resolveWithObject: true });
  return { data, width: info.width, height: info.height, channels: info.channels };
}

/**
 * Reads size and format from the header, without decoding. Throws `unreadable_file` for a picture
 * that is too large or animated.
 */
export async function readPictureHeader(bytes: Buffer): Promise<PictureHeader> {
  const {
    format,
    pages = 1,
    autoOrient,
  } = await mapDecodeErrors(() => sharp(bytes, { limitInputPixels: false }).metadata());
  if (format !== "jpeg" && format !== "png" && format !== "webp") throw unreadablePicture();
  const { width, height } = autoOrient;
  if (width * height > MAX_PIXELS) {
    throw new Problem("unreadable_file", pixelsRefusal(width * height));
  }
  if (pages > 1 || (format === "png" && isAnimatedPng(bytes))) {
    throw new Problem("unreadable_file", ANIMATED_PICTURE);
  }
  return { width, height, format };
}

/** Runs code that decodes a member's file. Each error becomes `unreadable_file`. */
export async function mapDecodeErrors<T>(decode: () => Promise<T>): Promise<T> {
  try {
    return await decode();
  } catch (error) {
    throw error instanceof Problem ? error : unreadablePicture(error);
  }
}

function unreadablePicture(cause?: unknown): Problem {
  return new Problem(
    "unreadable_file",
    "This picture cannot be opened. It may be incomplete or damaged. Take it again, or save it as a JPEG, and upload that.",
    { cause },
  );
}

/** Looks for the acTL chunk before the first pixels. libpng itself ignores the animation. */
function isAnimatedPng(bytes: Buffer): boolean {
  for (let at = 8; at + 12 <= bytes.length; at += 12 + bytes.readUInt32BE(at)) {
    const chunk = bytes.toString("latin1", at + 4, at + 8);
    if (chunk === "acTL") return true;
    if (chunk === "IDAT") return false;
  }
  return false;
}

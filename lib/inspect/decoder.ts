import sharp, { type OverlayOptions, type Sharp } from "sharp";
import { Problem } from "../errors";
import { ANIMATED_PICTURE, MAX_PIXELS, pixelsRefusal } from "../fields/file-refusals";
import { repairJpeg } from "./jpeg";

// All pictures of members go through this module. libvips has many loaders (SVG, TIFF, GIF, PDF and
// others), and some read other files. We block all and unblock three that read from memory.
sharp.block({ operation: ["VipsForeignLoad"] });
sharp.unblock({
  operation: ["VipsForeignLoadJpegBuffer", "VipsForeignLoadPngBuffer", "VipsForeignLoadWebpBuffer"],
});
// No data of one member's picture stays in memory for the next one.
sharp.cache(false);

/** The upright size of a picture, after its EXIF orientation. */
export type PictureHeader = { width: number; height: number; format: "jpeg" | "png" | "webp" };

/** Decoded pixels in sRGB, one byte a channel. */
export type Pixels = { data: Buffer; width: number; height: number; channels: 1 | 2 | 3 | 4 };

/** Opens a picture that `readPictureHeader` accepted, upright. A decoder warning is an error. */
export function openPicture(bytes: Buffer, failOn: "warning" | "truncated" = "warning"): Sharp {
  return sharp(bytes, { limitInputPixels: MAX_PIXELS, failOn, autoOrient: true });
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

/** Warnings of libjpeg about bytes that no pixel depends on. Browsers ignore them. */
const HARMLESS_WARNING =
  /extraneous bytes before marker|unknown JFIF revision|Unknown Adobe color transform|Inconsistent progression/;

/**
 * Decodes a picture that a member sent; `open` opens it, also several times. It is as strict as
 * `openPicture`, except about faults of a JPEG that cost no pixel. Throws `unreadable_file`.
 */
export async function decodePicture<T>(bytes: Buffer, decode: (open: () => Sharp) => Promise<T>): Promise<T> {
  const isJpeg = bytes[0] === 0xff && bytes[1] === 0xd8;
  const picture = isJpeg ? repairJpeg(bytes) : bytes;
  if (!picture) throw unreadablePicture("The end of the JPEG is missing.");
  return mapDecodeErrors(async () => {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await decode(() => openPicture(picture));
      } catch (error) {
        if (hasOnlyHarmlessWarnings(error)) return decode(() => openPicture(picture, "truncated"));
        if (attempt === MAX_ATTEMPTS || !hasLostMessage(error)) throw error;
      }
    }
  });
}

const MAX_ATTEMPTS = 3;

/**
 * libvips keeps one list of messages for all pipelines of a process. The end of another pipeline
 * clears it, and then nothing says why this one failed.
 */
function hasLostMessage(error: unknown): boolean {
  return error instanceof Error && error.message.startsWith("Warning treated as error");
}

/** libvips reports one warning a line, and repeats it for every pipeline. */
function hasOnlyHarmlessWarnings(error: unknown): boolean {
  const lines = error instanceof Error ? error.message.split("\n").filter((line) => line.trim()) : [];
  return lines.length > 0 && lines.every((line) => HARMLESS_WARNING.test(line));
}

/**
 * What libvips and its decoders for JPEG, PNG and WebP say about bytes. Any other error, such as no
 * memory or a defect of ours, says nothing about the file.
 */
const FAULT_OF_BYTES =
  /^(Input (buffer|image)|Warning treated as error|Vips(Jpeg|Foreign)|(vips|lib)?(jpeg|png|webp)\w*:)/i;
const FAULT_OF_OURS = /out of memory|unable to allocate|timeout|too many open files/i;

/**
 * Runs code that decodes a member's file. What a decoder says about the bytes is `unreadable_file`.
 */
export async function mapDecodeErrors<T>(decode: () => Promise<T>): Promise<T> {
  try {
    return await decode();
  } catch (error) {
    if (error instanceof Problem || !(error instanceof Error)) throw error;
    throw FAULT_OF_BYTES.test(error.message) && !FAULT_OF_OURS.test(error.message)
      ? unreadablePicture(error)
      : error;
  }
}

function unreadablePicture(cause?: unknown): Problem {
  return new Problem(
    "unreadable_file",
    "This picture cannot be opened. It may be incomplete or damaged. Take it again, or save it as a JPEG, and upload that.",
    { cause },
  );
}

/**
 * Tells whether a PNG has an animation (acTL) with a frame after the picture itself (fdAT). libpng
 * ignores both. An animation without such a frame is a still picture.
 */
function isAnimatedPng(bytes: Buffer): boolean {
  let hasAnimation = false;
  let hasPixels = false;
  for (let at = 8; at + 12 <= bytes.length; at += 12 + bytes.readUInt32BE(at)) {
    const chunk = bytes.readUInt32BE(at + 4);
    if (chunk === PNG_CHUNKS.acTL) hasAnimation ||= !hasPixels;
    if (chunk === PNG_CHUNKS.IDAT) hasPixels = true;
    if (chunk === PNG_CHUNKS.fdAT && hasAnimation) return true;
    // Browsers ignore an animation that starts after the pixels.
    if (hasPixels && !hasAnimation) return false;
  }
  return false;
}

/** The four letters of a chunk's name as a number. */
const PNG_CHUNKS = { acTL: 0x6163544c, IDAT: 0x49444154, fdAT: 0x66644154 };

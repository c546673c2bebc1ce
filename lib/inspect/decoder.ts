import sharp, { type OverlayOptions, type Sharp } from "sharp";
import { Problem } from "../errors";

// The only door to sharp. Files come from strangers, and libvips brings loaders for formats that nobody here sends (SVG, TIFF, GIF, PDF,
// its own ...), some of which fetch other files: everything is shut, and three loaders, from memory only, are opened again.
sharp.block({ operation: ["VipsForeignLoad"] });
sharp.unblock({
  operation: ["VipsForeignLoadJpegBuffer", "VipsForeignLoadPngBuffer", "VipsForeignLoadWebpBuffer"],
});
// What one person's picture left behind has no business in memory while another's is made.
sharp.cache(false);

/** Phones of today make 48 and 64 megapixels; a decoded picture of this size takes 192 MiB. */
export const MAX_PIXELS = 64 * 1024 * 1024;

/** No picture that we accept takes longer to decode than this, in seconds. */
const DECODE_TIMEOUT_SECONDS = 20;

/** Size of a picture as it is looked at: its EXIF orientation applied. */
export type PictureHeader = { width: number; height: number; format: "jpeg" | "png" | "webp" };

/** Decoded pixels in sRGB, one byte a channel. */
export type Pixels = { data: Buffer; width: number; height: number; channels: 1 | 2 | 3 | 4 };

/** A pipeline over a picture that `readHeader` accepted, upright. Any warning of the decoder is an error of the file. */
export function openPicture(bytes: Buffer): Sharp {
  return sharp(bytes, { limitInputPixels: MAX_PIXELS, failOn: "warning", autoOrient: true }).timeout({
    seconds: DECODE_TIMEOUT_SECONDS,
  });
}

/** A pipeline over pixels of ours. */
export function openPixels({ data, width, height, channels }: Pixels): Sharp {
  return sharp(data, { raw: { width, height, channels } });
}

/** A pipeline over one opaque colour, `#rrggbb`. */
export function solidColour({ width, height, colour }: { width: number; height: number; colour: string }): Sharp {
  return sharp({ create: { width, height, channels: 3, background: colour } });
}

/** Pixels to be laid over others. */
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
 * Size and format by the header alone, before anything is decoded: a picture that would be too large or that moves costs next to nothing.
 * Fails with `unreadable_file`.
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
    const million = Math.round((width * height) / 1e6).toLocaleString("en-GB");
    throw new Problem(
      "unreadable_file",
      `This picture has ${million} million pixels; we can take ${Math.floor(MAX_PIXELS / 1e6)} million. Send a smaller copy of it.`,
    );
  }
  if (pages > 1 || (format === "png" && isAnimatedPng(bytes))) {
    throw new Problem(
      "unreadable_file",
      "This picture moves, and we can only take still ones. Send a JPEG, PNG or WebP that stands still.",
    );
  }
  return { width, height, format };
}

/** Runs something that decodes a person's file; what goes wrong there is the file's, not ours. */
export async function mapDecodeErrors<T>(decode: () => Promise<T>): Promise<T> {
  try {
    return await decode();
  } catch (cause) {
    throw cause instanceof Problem ? cause : unreadablePicture(cause);
  }
}

function unreadablePicture(cause?: unknown): Problem {
  return new Problem(
    "unreadable_file",
    "This picture cannot be opened; part of it may be missing or damaged. Take it again, or save it anew as a JPEG, and send that.",
    { cause },
  );
}

/** libpng shows an animated PNG as its first picture; the chunk that makes it move must come before the first of the pixels. */
function isAnimatedPng(bytes: Buffer): boolean {
  for (let at = 8; at + 12 <= bytes.length; at += 12 + bytes.readUInt32BE(at)) {
    const chunk = bytes.toString("latin1", at + 4, at + 8);
    if (chunk === "acTL") return true;
    if (chunk === "IDAT") return false;
  }
  return false;
}

import type { MediaType } from "@/lib/fields/field";
import type { ByteReader } from "./byte-reader";

export type PictureHeader = { width: number; height: number; isAnimated: boolean };

/** More segments or chunks than a picture has. */
const MAX_PARTS = 10_000;

const PARSERS: Partial<Record<MediaType, (reader: ByteReader) => Promise<PictureHeader | null>>> = {
  "image/jpeg": readJpegHeader,
  "image/png": readPngHeader,
  "image/webp": readWebpHeader,
};

/**
 * Reads size and animation of a picture from its headers. Returns null for another file, and where
 * it does not understand the header: then the server decides.
 */
export async function readPictureHeader(reader: ByteReader, type: MediaType): Promise<PictureHeader | null> {
  return (await PARSERS[type]?.(reader)) ?? null;
}

/** Follows the segments to the frame header. EXIF, with its thumbnail, is a segment of its own. */
async function readJpegHeader(reader: ByteReader): Promise<PictureHeader | null> {
  let at = 2;
  for (let part = 0; part < MAX_PARTS; part += 1) {
    const bytes = await reader.read(at, 9);
    if (bytes.length < 9 || bytes[0] !== 0xff) return null;
    const marker = bytes[1] ?? 0;
    const view = viewOf(bytes);
    if (isFrameHeader(marker)) return headerOf(view.getUint16(7), view.getUint16(5));
    // A fill byte before a marker.
    if (marker === 0xff) at += 1;
    else if (isSegmentWithLength(marker)) at += 2 + view.getUint16(2);
    else return null;
  }
  return null;
}

/** SOF0 to SOF15. Among them are the markers DHT, JPG and DAC. */
function isFrameHeader(marker: number): boolean {
  return marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
}

/** The segments that may stand before a frame header: tables, application data and comments. */
function isSegmentWithLength(marker: number): boolean {
  return marker === 0xc4 || marker === 0xcc || (marker >= 0xdb && marker <= 0xfe);
}

/**
 * Reads IHDR, then looks for an animation (acTL) before the pixels with a frame after them (fdAT).
 * A PNG without such a frame is a still picture.
 */
async function readPngHeader(reader: ByteReader): Promise<PictureHeader | null> {
  const head = await reader.read(8, 17);
  if (head.length < 17 || textOf(head, 4) !== "IHDR") return null;
  const header = headerOf(viewOf(head).getUint32(8), viewOf(head).getUint32(12));
  let at = 8;
  let hasAnimation = false;
  for (let part = 0; header && part < MAX_PARTS; part += 1) {
    const chunk = await reader.read(at, 8);
    if (chunk.length < 8) return header;
    const name = textOf(chunk, 4);
    if (name === "acTL") hasAnimation = true;
    if (name === "IDAT" && !hasAnimation) return header;
    if (name === "fdAT" && hasAnimation) return { ...header, isAnimated: true };
    at += 12 + viewOf(chunk).getUint32(0);
  }
  return header;
}

/** The three kinds of WebP: lossy, lossless, and extended, which may hold frames. */
async function readWebpHeader(reader: ByteReader): Promise<PictureHeader | null> {
  const bytes = await reader.read(12, 18);
  if (bytes.length < 18) return null;
  const view = viewOf(bytes);
  switch (textOf(bytes, 0)) {
    case "VP8 ":
      if (view.getUint8(11) !== 0x9d || view.getUint8(12) !== 0x01 || view.getUint8(13) !== 0x2a) return null;
      return headerOf(view.getUint16(14, true) & 0x3fff, view.getUint16(16, true) & 0x3fff);
    case "VP8L": {
      if (view.getUint8(8) !== 0x2f) return null;
      const bits = view.getUint32(9, true);
      return headerOf((bits & 0x3fff) + 1, ((bits >>> 14) & 0x3fff) + 1);
    }
    case "VP8X": {
      const canvas = headerOf(1 + uint24(view, 12), 1 + uint24(view, 15));
      const canMove = (view.getUint8(8) & 0x02) !== 0;
      return canvas && { ...canvas, isAnimated: canMove && (await hasTwoFrames(reader)) };
    }
    default:
      return null;
  }
}

async function hasTwoFrames(reader: ByteReader): Promise<boolean> {
  let at = 12;
  let frames = 0;
  for (let part = 0; part < MAX_PARTS; part += 1) {
    const chunk = await reader.read(at, 8);
    if (chunk.length < 8) return false;
    if (textOf(chunk, 0) === "ANMF") frames += 1;
    if (frames > 1) return true;
    const size = viewOf(chunk).getUint32(4, true);
    at += 8 + size + (size % 2);
  }
  return false;
}

/** A JPEG may give its height after its pixels, as 0 in the header. Then the size is unknown. */
function headerOf(width: number, height: number): PictureHeader | null {
  return width > 0 && height > 0 ? { width, height, isAnimated: false } : null;
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function uint24(view: DataView, at: number): number {
  return view.getUint16(at, true) + view.getUint8(at + 2) * 0x10000;
}

function textOf(bytes: Uint8Array, at: number): string {
  return String.fromCharCode(...bytes.subarray(at, at + 4));
}

import { fileTypeFromBuffer } from "file-type";
import { Problem } from "../errors";
import type { MediaType } from "../fields/field";

/** Bytes at the start of a file that `sniff` reads. A shorter file has fewer. */
export const SNIFF_BYTES = 4100;

/** Media types of file-type, and ours. An animated PNG is refused later, as animated. */
const KNOWN_TYPES = new Map<string, { type: MediaType; magic: readonly number[] }>([
  ["image/jpeg", { type: "image/jpeg", magic: [0xff, 0xd8, 0xff] }],
  ["image/png", { type: "image/png", magic: [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a] }],
  ["image/apng", { type: "image/png", magic: [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a] }],
  ["image/webp", { type: "image/webp", magic: [0x52, 0x49, 0x46, 0x46] }],
  ["application/pdf", { type: "application/pdf", magic: [0x25, 0x50, 0x44, 0x46, 0x2d] }],
]);

const MEDIA_TYPE_NAMES: Record<MediaType, string> = {
  "image/jpeg": "a JPEG picture",
  "image/png": "a PNG picture",
  "image/webp": "a WebP picture",
  "application/pdf": "a PDF",
};

/**
 * Detects the media type from the first `SNIFF_BYTES` bytes. Returns null for other types.
 * The signature must be at the first byte: readers disagree about a PDF that starts later.
 */
export async function sniffMediaType(head: Uint8Array): Promise<MediaType | null> {
  const found = await fileTypeFromBuffer(head.subarray(0, SNIFF_BYTES));
  const known = KNOWN_TYPES.get(found?.mime ?? "");
  return known?.magic.every((byte, at) => head[at] === byte) ? known.type : null;
}

/** Throws `content_mismatch` if the bytes are not of the declared type. */
export async function requireMediaType(head: Uint8Array, declared: MediaType): Promise<void> {
  const found = await sniffMediaType(head);
  if (found === declared) return;
  throw new Problem(
    "content_mismatch",
    found
      ? `This file is ${MEDIA_TYPE_NAMES[found]}, not ${MEDIA_TYPE_NAMES[declared]} as its name says. Choose it again, or save it anew.`
      : `This file is not ${MEDIA_TYPE_NAMES[declared]}, whatever its name says. Open it on your device and save it as ${MEDIA_TYPE_NAMES[declared]}, then send that.`,
  );
}

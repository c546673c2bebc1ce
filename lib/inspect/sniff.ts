import { fileTypeFromBuffer } from "file-type";
import { Problem } from "../errors";
import type { MediaType } from "../fields/field";

/** How much of a file's beginning `sniff` wants to see, in bytes; less is fine for a shorter file. */
export const SNIFF_BYTES = 4100;

/** What file-type calls it, and what we do. An animated PNG is a PNG here, so that it is refused for moving and not for lying. */
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
 * What a file is by its first bytes (`SNIFF_BYTES` of them), or null for anything that we do not take. The mark must stand at the very
 * first byte: a PDF behind a byte-order mark or a GIF header is opened by some readers and not by others, and such files are made to deceive.
 */
export async function sniffMediaType(head: Uint8Array): Promise<MediaType | null> {
  const found = await fileTypeFromBuffer(head.subarray(0, SNIFF_BYTES));
  const known = KNOWN_TYPES.get(found?.mime ?? "");
  return known?.magic.every((byte, at) => head[at] === byte) ? known.type : null;
}

/** Fails with `content_mismatch` where the bytes are not what was declared. */
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

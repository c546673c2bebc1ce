import type { MediaType } from "../fields/field";

/** Bytes at the start of a file that decide about its type. A shorter file has fewer. */
export const SNIFF_BYTES = 1024;

/** The signatures of pictures, as bytes at an offset. All parts of a signature must match. */
const PICTURE_SIGNATURES: { type: MediaType; parts: { at: number; bytes: string }[] }[] = [
  { type: "image/jpeg", parts: [{ at: 0, bytes: "\xff\xd8\xff" }] },
  { type: "image/png", parts: [{ at: 0, bytes: "\x89PNG\r\n\x1a\n" }] },
  {
    type: "image/webp",
    parts: [
      { at: 0, bytes: "RIFF" },
      { at: 8, bytes: "WEBP" },
    ],
  },
];

/**
 * Detects the media type from the first `SNIFF_BYTES` bytes. Returns null for other types.
 *
 * The signature of a picture is at the first byte. Readers of PDF accept anything before the
 * signature, such as the header of a mail, if the signature is within the first 1,024 bytes
 * (Adobe's implementation note 13 to the PDF Reference 1.7). A file with both is the picture.
 */
export function sniffMediaType(bytes: Uint8Array): MediaType | null {
  const head = Buffer.from(bytes.subarray(0, SNIFF_BYTES)).toString("latin1");
  const picture = PICTURE_SIGNATURES.find(({ parts }) =>
    parts.every((part) => head.startsWith(part.bytes, part.at)),
  );
  if (picture) return picture.type;
  return head.includes("%PDF-") ? "application/pdf" : null;
}

import type { MediaType } from "@/lib/fields/field";
import {
  ANIMATED_PICTURE,
  EMPTY_FILE,
  formatFileTypes,
  LOCKED_PDF,
  MAX_PIXELS,
  pixelsRefusal,
  sizeRefusal,
  typeRefusal,
} from "@/lib/fields/file-refusals";
import { formatSize } from "@/lib/fields/format-size";
import { ByteReader } from "./headers/byte-reader";
import { isLockedPdf } from "./headers/pdf-lock";
import { readPictureHeader } from "./headers/picture-header";
import type { UploadProblem } from "./upload-state";

/** The part of a field's declaration that an upload control needs. The rest stays on the server. */
export type UploadField = {
  name: string;
  label: string;
  accept: readonly MediaType[];
  /** Bytes. */
  maxSize: number;
  /** Bytes. A larger file is a multipart upload. */
  partSize: number;
  many: boolean;
};

/** "PDF, JPEG, PNG or WebP, up to 25 MB" */
export function formatFileLimits({ accept, maxSize }: Pick<UploadField, "accept" | "maxSize">): string {
  return `${formatFileTypes(accept)}, up to ${formatSize(maxSize)}`;
}

/**
 * Validates a chosen file before any byte is sent, and returns its type or the problem.
 * Detects the type from the first bytes: names can be wrong, and phones often give none.
 * Reads only headers, so a file of any size is validated at once. What they do not tell is left to
 * the server, which inspects the whole file.
 */
export async function validateFile(
  file: Blob,
  field: Pick<UploadField, "accept" | "maxSize">,
): Promise<{ type: MediaType } | { problem: UploadProblem }> {
  if (file.size === 0) return problemResult("empty_file", EMPTY_FILE);
  const reader = new ByteReader(file);
  try {
    const type = detectMediaType(await reader.readText(0, FIRST_BYTES));
    const accepted = field.accept.find((each) => each === type);
    if (!accepted) return problemResult("type_not_allowed", typeRefusal(field, type));
    if (file.size > field.maxSize) return problemResult("too_large", sizeRefusal(field, file.size));
    const refusal = await findRefusal(reader, accepted);
    return refusal ? problemResult("unreadable_file", refusal) : { type: accepted };
  } catch {
    return problemResult("file_changed", "The file cannot be read. Choose it again, or choose another copy.");
  }
}

/** Returns why the server would refuse the content, as far as the headers tell. */
async function findRefusal(reader: ByteReader, type: MediaType): Promise<string | null> {
  if (type === "application/pdf") return (await isLockedPdf(reader)) ? LOCKED_PDF : null;
  const header = await readPictureHeader(reader, type);
  if (!header) return null;
  const pixels = header.width * header.height;
  if (pixels > MAX_PIXELS) return pixelsRefusal(pixels);
  return header.isAnimated ? ANIMATED_PICTURE : null;
}

function problemResult(code: UploadProblem["code"], detail: string): { problem: UploadProblem } {
  return { problem: { code, detail } };
}

/** A PDF may have some bytes before its header. */
const FIRST_BYTES = 1024;

function detectMediaType(head: string): MediaType | "image/heic" | null {
  if (head.startsWith("\xff\xd8\xff")) return "image/jpeg";
  if (head.startsWith("\x89PNG\r\n\x1a\n")) return "image/png";
  if (head.startsWith("RIFF") && head.slice(8, 12) === "WEBP") return "image/webp";
  if (head.includes("%PDF-")) return "application/pdf";
  if (head.slice(4, 8) === "ftyp" && /^(?:hei[cfmsx]|hev[cmsx]|mif1|msf1)/.test(head.slice(8, 12)))
    return "image/heic";
  return null;
}

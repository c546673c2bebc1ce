import type { MediaType } from "@/lib/fields/field";
import { formatSize } from "../format";
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

const FILE_TYPE_LABELS: Record<MediaType, string> = {
  "application/pdf": "PDF",
  "image/jpeg": "JPEG",
  "image/png": "PNG",
  "image/webp": "WebP",
};

/** "PDF, JPEG, PNG or WebP" */
export function formatFileTypes(accept: readonly MediaType[]): string {
  const labels = Object.keys(FILE_TYPE_LABELS)
    .filter(isMediaType)
    .flatMap((type) => (accept.includes(type) ? [FILE_TYPE_LABELS[type]] : []));
  return labels.length < 2 ? labels.join("") : `${labels.slice(0, -1).join(", ")} or ${labels.at(-1)}`;
}

/** "PDF, JPEG, PNG or WebP, up to 25 MB" */
export function formatFileLimits({ accept, maxSize }: Pick<UploadField, "accept" | "maxSize">): string {
  return `${formatFileTypes(accept)}, up to ${formatSize(maxSize)}`;
}

/**
 * Validates a chosen file before any byte is sent, and returns its type or the problem.
 * Detects the type from the first bytes: names can be wrong, and phones often give none.
 * The server checks the file again.
 */
export async function validateFile(
  file: Blob,
  field: Pick<UploadField, "accept" | "maxSize">,
): Promise<{ type: MediaType } | { problem: UploadProblem }> {
  if (file.size === 0) return problemResult("empty_file", "The file is empty. Choose another file.");
  const head = await readFirstBytes(file);
  if (!head)
    return problemResult("file_changed", "The file cannot be read. Choose it again, or choose another copy.");
  const type = detectMediaType(head);
  if (type === "heic")
    return problemResult(
      "type_not_allowed",
      `This photo is in the HEIC format, which we cannot read. Upload it as ${formatFileTypes(field.accept)}. On an iPhone, choose “Most Compatible” under Settings, Camera, Formats.`,
    );
  if (!type || !field.accept.includes(type))
    return problemResult(
      "type_not_allowed",
      `This file type is not accepted. Upload ${formatFileTypes(field.accept)}.`,
    );
  if (file.size > field.maxSize)
    return problemResult(
      "too_large",
      `The file is ${formatSize(file.size)}. The limit is ${formatSize(field.maxSize)}. Make it smaller. A grey scan at 150 to 200 dpi is enough.`,
    );
  return { type };
}

function problemResult(code: UploadProblem["code"], detail: string): { problem: UploadProblem } {
  return { problem: { code, detail } };
}

/** A PDF may have some bytes before its header. */
const FIRST_BYTES = 1024;

async function readFirstBytes(file: Blob): Promise<string | null> {
  try {
    return String.fromCharCode(...new Uint8Array(await file.slice(0, FIRST_BYTES).arrayBuffer()));
  } catch {
    return null;
  }
}

function detectMediaType(head: string): MediaType | "heic" | null {
  if (head.startsWith("\xff\xd8\xff")) return "image/jpeg";
  if (head.startsWith("\x89PNG\r\n\x1a\n")) return "image/png";
  if (head.startsWith("RIFF") && head.slice(8, 12) === "WEBP") return "image/webp";
  if (head.includes("%PDF-")) return "application/pdf";
  if (head.slice(4, 8) === "ftyp" && /^(?:hei[cmsx]|hev[cmsx]|mif1|msf1)/.test(head.slice(8, 12)))
    return "heic";
  return null;
}

function isMediaType(type: string): type is MediaType {
  return Object.hasOwn(FILE_TYPE_LABELS, type);
}

import type { Field, MediaType } from "./field";
import { formatSize } from "./format-size";

// Why a file is refused, and what to do. The browser says it before an upload and the server says
// it again, so both take the words from here.

/** Phones take pictures of 48 and 64 megapixels. Decoded, this size takes 192 MiB. */
export const MAX_PIXELS = 64 * 1024 * 1024;

const FILE_TYPE_LABELS: Record<MediaType, string> = {
  "application/pdf": "PDF",
  "image/jpeg": "JPEG",
  "image/png": "PNG",
  "image/webp": "WebP",
};

/** "PDF, JPEG, PNG or WebP" */
export function formatFileTypes(accept: readonly MediaType[]): string {
  const labels = Object.entries(FILE_TYPE_LABELS).flatMap(([type, label]) =>
    accept.some((accepted) => accepted === type) ? [label] : [],
  );
  return labels.length < 2 ? labels.join("") : `${labels.slice(0, -1).join(", ")} or ${labels.at(-1)}`;
}

export const EMPTY_FILE = "The file is empty. Choose another file.";

/** Says that the field does not accept this type. `type` is a media type, or null if unknown. */
export function typeRefusal({ accept }: Pick<Field, "accept">, type: string | null): string {
  const types = formatFileTypes(accept);
  return type === "image/heic" || type === "image/heif"
    ? `This photo is in the HEIC format, which we cannot read. Upload it as ${types}. On an iPhone, choose “Most Compatible” under Settings, Camera, Formats.`
    : `This file type is not accepted. Upload ${types}.`;
}

/** Says that a file of `size` bytes is over the limit of its field. */
export function sizeRefusal({ accept, maxSize }: Pick<Field, "accept" | "maxSize">, size: number): string {
  const advice = accept.includes("application/pdf")
    ? "Make it smaller. A grey scan at 150 to 200 dpi is enough."
    : "Upload a smaller copy.";
  return `The file is ${formatSize(size)}. The limit is ${formatSize(maxSize)}. ${advice}`;
}

export function pixelsRefusal(pixels: number): string {
  const million = Math.round(pixels / 1e6).toLocaleString("en-GB");
  return `This picture has ${million} million pixels; we accept ${Math.floor(MAX_PIXELS / 1e6)} million. Upload a smaller copy.`;
}

export const ANIMATED_PICTURE =
  "This picture moves. We accept only still pictures. Upload a JPEG, PNG or WebP without animation.";

export const LOCKED_PDF =
  "This PDF has a password, so a reviewer cannot open it. Save a copy without the password, and upload that.";

import type { MediaType } from "./field";

/** The extensions of each media type's files. The first is the usual one. */
export const EXTENSIONS: Record<MediaType, readonly [string, ...string[]]> = {
  "image/jpeg": ["jpg", "jpeg", "jpe", "jfif"],
  "image/png": ["png", "apng"],
  "image/webp": ["webp"],
  "application/pdf": ["pdf"],
};

/** Other names that browsers and operating systems give to the same types. */
const ALIASES = new Map<string, MediaType>([
  ["image/jpg", "image/jpeg"],
  ["image/pjpeg", "image/jpeg"],
  ["image/jfif", "image/jpeg"],
  ["image/x-png", "image/png"],
  ["image/apng", "image/png"],
  ["image/vnd.mozilla.apng", "image/png"],
  ["image/x-webp", "image/webp"],
  ["application/x-pdf", "application/pdf"],
  ["application/acrobat", "application/pdf"],
  ["application/vnd.pdf", "application/pdf"],
  ["text/pdf", "application/pdf"],
  ["text/x-pdf", "application/pdf"],
]);

/**
 * Returns the standard name of a declared media type: lower case, no parameters, no alias. Returns
 * null for a type that no field accepts.
 */
export function normalizeMediaType(declared: string): MediaType | null {
  const essence = declared.split(";", 1)[0]?.trim().toLowerCase() ?? "";
  return isMediaType(essence) ? essence : (ALIASES.get(essence) ?? null);
}

function isMediaType(name: string): name is MediaType {
  return Object.hasOwn(EXTENSIONS, name);
}

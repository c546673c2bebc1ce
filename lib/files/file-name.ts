import { EXTENSIONS, normalizeMediaType } from "../fields/media-types";
import { CONTROL_CHARACTERS, hasVisibleCharacter } from "../text-schemas";

const PATH_SEPARATORS = /[/\\]/;
const MAX_BYTES = 255;
/** Leaves space for a number, and for the folder into which a person unpacks an archive. */
const MAX_ARCHIVE_BYTES = 200;
/** Windows drops dots and spaces at the end: `a.exe.` becomes `a.exe`. */
const TRAILING_DOTS_AND_SPACES = /[.\s]+$/u;
/** An extension has a letter; the 05 of "Report 2026.05" is part of the name. */
const EXTENSION = /\.(?=[a-z0-9]*[a-z])[a-z0-9]{1,5}$/i;

/**
 * Cleans the name of an uploaded file for display and for saving it: the last path segment without
 * control characters, at most 255 bytes with the extension kept. No storage key and no path on the
 * server contains it.
 */
export function sanitizeFileName(name: string): string {
  const lastSegment = name.toWellFormed().split(PATH_SEPARATORS).at(-1) ?? "";
  const clean = lastSegment
    .replace(new RegExp(CONTROL_CHARACTERS, "gu"), "")
    .trim()
    .replace(/^\.+/, "")
    .replace(TRAILING_DOTS_AND_SPACES, "")
    .normalize("NFC");
  return hasVisibleCharacter(clean) ? truncateFileName(clean) : "file";
}

/**
 * Returns the name under which a file is saved: it ends in an extension of the verified type.
 * Devices choose the program by the extension, so `offer.hta` with the bytes of a PDF becomes
 * `offer.pdf`.
 */
export function fileNameForType(name: string, verifiedType: string): string {
  const type = normalizeMediaType(verifiedType);
  // The server stores no other types. A name without an extension starts no program.
  const extensions: readonly string[] = type ? EXTENSIONS[type] : [];
  const clean = name.replace(TRAILING_DOTS_AND_SPACES, "");
  const hasExtensionOfType = (candidate: string) =>
    extensions.some((extension) => candidate.toLowerCase().endsWith(`.${extension}`));
  if (hasExtensionOfType(clean)) return clean;
  const stem = clean.replace(EXTENSION, "").replace(TRAILING_DOTS_AND_SPACES, "") || "file";
  const [usual] = extensions;
  return usual === undefined || hasExtensionOfType(stem) ? stem : truncateFileName(`${stem}.${usual}`);
}

/** Characters that Windows refuses in names; the others are separators and controls. */
const REFUSED_BY_WINDOWS = /[<>:"|?*/\\]/g;
/** Windows opens a device under these names, with any extension. */
const DEVICE_NAMES = /^(con|prn|aux|nul|conin\$|conout\$|(com|lpt)[0-9¹²³])(?=\.|$)/i;

/**
 * Turns a text into the name of a file or folder in an archive that every system unpacks: no
 * separator, no control character, no device, at most 200 bytes. It may be shown in a terminal too.
 */
export function toArchiveName(text: string): string {
  const clean = text
    .toWellFormed()
    .replace(new RegExp(CONTROL_CHARACTERS, "gu"), "")
    .replace(REFUSED_BY_WINDOWS, "_")
    .trim()
    .replace(/^[.-]+/, "_")
    .normalize("NFC");
  const short = truncateFileName(clean, MAX_ARCHIVE_BYTES)
    .replace(TRAILING_DOTS_AND_SPACES, "")
    .replace(DEVICE_NAMES, "_$1");
  return hasVisibleCharacter(short) ? short : "file";
}

function truncateFileName(name: string, maxBytes = MAX_BYTES): string {
  if (Buffer.byteLength(name) <= maxBytes) return name;
  const dot = name.lastIndexOf(".");
  const extension = dot > 0 && name.length - dot <= 12 ? name.slice(dot) : "";
  let stem = extension ? name.slice(0, dot) : name;
  while (Buffer.byteLength(stem + extension) > maxBytes) stem = Array.from(stem).slice(0, -1).join("");
  return stem + extension;
}

import type { AppContext } from "../app-context";
import { type ClientInfo, logAccess, logPageView } from "../audit/access-log";
import { notFoundProblem, Problem } from "../errors";
import { findReadableFile, mayReadOriginal } from "../permissions/read";
import type { Viewer } from "../permissions/viewer";
import { originalKey, requireNotPurged } from "./file";
import { fileNameForType } from "./file-name";
import { ensurePageImage, type RequestedPart, requireDrawable } from "./page-image";
import { requireNoTombstone } from "./tombstones";

/** Browsers show these types without running anything from the file. */
const INLINE_SAFE_TYPES = new Set(["image/jpeg", "image/png", "image/webp"]);

/**
 * Signs a URL of the original. The access is logged first: if that fails, no URL is signed.
 * Errors: not_found; forbidden, if the viewer may only see page images; purged, unavailable.
 */
export async function signContentUrl(
  context: AppContext,
  viewer: Viewer,
  id: string,
  intent: "view" | "download",
  client: ClientInfo,
): Promise<string> {
  const file = await findReadableFile(context, viewer, id);
  if (!mayReadOriginal(viewer, file)) {
    throw new Problem("forbidden", "You can view the pages of this document, but you cannot download it.");
  }
  requireNotPurged(file);
  await requireNoTombstone(context, file.id);
  const inline = intent === "view" && INLINE_SAFE_TYPES.has(file.type);
  await logAccess(context, viewer, file.id, inline ? "view" : "download", client);
  return context.storages.private.signGet(originalKey(file), {
    type: file.type,
    disposition: inline ? "inline" : "attachment",
    name: fileNameForType(file.name, file.type),
    expiresIn: context.limits.readUrlTtl,
  });
}

/**
 * Signs a URL of one page as an image; page 1 of a picture is the picture itself. The image is
 * rendered once per viewer and day if the field has a watermark, else once.
 * Errors: not_found, purged, unreadable_file, unavailable.
 */
export async function signPageUrl(
  context: AppContext,
  viewer: Viewer,
  id: string,
  page: number,
  client: ClientInfo,
  part?: RequestedPart,
): Promise<string> {
  const file = await findReadableFile(context, viewer, id);
  if (page < 1 || page > (file.pages ?? 1)) throw notFoundProblem();
  requireNotPurged(file);
  await requireNoTombstone(context, file.id);
  requireDrawable(file, page);
  const key =
    file.variants === null ? await ensurePageImage(context, viewer, file, page, part) : originalKey(file);
  // Not before: a page that cannot be drawn is not shown.
  await logPageView(context, viewer, file, client);
  return context.storages.private.signGet(key, {
    type: "image/webp",
    disposition: "inline",
    name: `page-${page}.webp`,
    expiresIn: context.limits.readUrlTtl,
  });
}

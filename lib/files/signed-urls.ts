import type { Viewer } from "../permissions/viewer";
import type { AppContext } from "../app-context";
import { notFoundProblem, Problem } from "../errors";
import { type ClientInfo, logAccess, logAccessOncePerSession } from "../audit/access-log";
import { type FileRow, originalKey } from "./file";
import { findReadableFile, mayReadOriginal } from "../permissions/read";
import { ensurePageImage } from "./page-image";

/** Shown by a browser without running anything of theirs. */
const INLINE_SAFE_TYPES = new Set(["image/jpeg", "image/png", "image/webp"]);

/**
 * A signed address of the original, for its owner and, where the field allows `download`, for people with a grant. The register row comes
 * first: where it cannot be written, nothing is signed. Errors: not_found, forbidden, purged, unavailable.
 */
export async function signContentUrl(
  deps: AppContext,
  viewer: Viewer,
  id: string,
  intent: "view" | "download",
  origin: ClientInfo,
): Promise<string> {
  const file = await findReadableFile(deps, viewer, id);
  if (!mayReadOriginal(viewer, file)) {
    throw new Problem("forbidden", "This document can be looked at page by page, and not be taken away.");
  }
  requireNotPurged(file);
  const inline = intent === "view" && INLINE_SAFE_TYPES.has(file.type);
  await logAccess(deps, viewer, file.id, inline ? "view" : "download", origin);
  return deps.storages.private.signGet(originalKey(file), {
    type: file.type,
    disposition: inline ? "inline" : "attachment",
    name: file.name,
    expiresIn: deps.limits.readUrlTtl,
  });
}

/**
 * A signed address of one page as an image, as reviewers see it; page 1 is the picture itself. Made at the first look of a person on a day,
 * with their name laid over it where the field says so. Errors: not_found, purged, unreadable_file, unavailable.
 */
export async function signPageUrl(
  deps: AppContext,
  viewer: Viewer,
  id: string,
  page: number,
  origin: ClientInfo,
): Promise<string> {
  const file = await findReadableFile(deps, viewer, id);
  if (page < 1 || page > (file.pages ?? 1)) throw notFoundProblem();
  requireNotPurged(file);
  await logAccessOncePerSession(deps, viewer, file.id, origin);
  const key = file.variants === null ? await ensurePageImage(deps, viewer, file, page) : originalKey(file);
  return deps.storages.private.signGet(key, {
    type: "image/webp",
    disposition: "inline",
    name: `page-${page}.webp`,
    expiresIn: deps.limits.readUrlTtl,
  });
}

function requireNotPurged(file: FileRow): void {
  if (file.purgedAt) throw new Problem("purged", "The file has been destroyed; its record stays.");
}

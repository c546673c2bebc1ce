import type { Viewer } from "../accounts/viewer";
import type { Deps } from "../deps";
import { notFound, Problem } from "../errors";
import { type Origin, register, registerSitting } from "../register/access";
import { type FileRow, fieldOf, originalKey } from "./file";
import { findFile } from "./find";
import { drawnPage } from "./page-image";

/** Shown by a browser without running anything of theirs. */
const SAFE_INLINE = new Set(["image/jpeg", "image/png", "image/webp"]);

/**
 * A signed address of the original, for its owner and, where the field allows `download`, for people with a grant. The register row comes
 * first: where it cannot be written, nothing is signed. Errors: not_found, forbidden, purged, unavailable.
 */
export async function openContent(
  deps: Deps,
  viewer: Viewer,
  id: string,
  intent: "view" | "download",
  origin: Origin,
): Promise<string> {
  const file = await findFile(deps, viewer, id);
  if (file.ownerId !== viewer.id && !fieldOf(file)?.download) {
    throw new Problem("forbidden", "This document can be looked at page by page, and not be taken away.");
  }
  requireBytes(file);
  const inline = intent === "view" && SAFE_INLINE.has(file.type);
  await register(deps, viewer, file.id, inline ? "view" : "download", origin);
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
export async function openPage(
  deps: Deps,
  viewer: Viewer,
  id: string,
  page: number,
  origin: Origin,
): Promise<string> {
  const file = await findFile(deps, viewer, id);
  if (page < 1 || page > (file.pages ?? 1)) throw notFound();
  requireBytes(file);
  await registerSitting(deps, viewer, file.id, origin);
  const key = file.variants === null ? await drawnPage(deps, viewer, file, page) : originalKey(file);
  return deps.storages.private.signGet(key, {
    type: "image/webp",
    disposition: "inline",
    name: `page-${page}.webp`,
    expiresIn: deps.limits.readUrlTtl,
  });
}

function requireBytes(file: FileRow): void {
  if (file.purgedAt) throw new Problem("purged", "The file has been destroyed; its record stays.");
}

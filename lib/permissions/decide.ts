import type { Db } from "../db/client";
import type { File } from "../db/generated/client";
import { notFoundProblem, Problem } from "../errors";
import { fields } from "../fields/fields";
import { isId } from "../id";
import type { Viewer } from "./viewer";

/** Lists the fields whose documents the viewer reviews: granted, and reviewed at all. */
export function reviewableFields(viewer: Pick<Viewer, "grants">): string[] {
  return viewer.grants.filter((name) => fields.get(name)?.reviewed);
}

/** Selects the files whose reviews the viewer may see. */
export function whereReviewable(viewer: Viewer) {
  return { field: { in: reviewableFields(viewer) } };
}

/**
 * Finds a file that the viewer may decide on. Errors: not_found; forbidden, for their own document.
 */
export async function findDecidableFile({ db }: { db: Db }, viewer: Viewer, id: string): Promise<File> {
  const file = isId(id) ? await db.file.findFirst({ where: { id, ...whereReviewable(viewer) } }) : null;
  if (!file) throw notFoundProblem();
  if (file.ownerId === viewer.id) throw new Problem("forbidden", "You cannot decide on your own document.");
  return file;
}

import type { Viewer } from "../accounts/viewer";
import type { Deps } from "../deps";
import { notFound } from "../errors";
import { isId } from "../id";
import type { FileRow } from "./file";

/** The rows that a viewer may read: their own, and those of fields that they hold a grant for. No role opens anything. */
export function readableBy(viewer: Viewer) {
  return { OR: [{ ownerId: viewer.id }, { field: { in: viewer.grants } }] };
}

/** A file that the viewer may read; any other is not found. */
export async function findFile({ db }: Pick<Deps, "db">, viewer: Viewer, id: string): Promise<FileRow> {
  const file = isId(id) ? await db.file.findFirst({ where: { id, ...readableBy(viewer) } }) : null;
  if (!file) throw notFound();
  return file;
}

/** The viewer's own file; a foreign one is not found, whatever grants there are. */
export async function findOwnFile({ db }: Pick<Deps, "db">, viewer: Viewer, id: string): Promise<FileRow> {
  const file = isId(id) ? await db.file.findFirst({ where: { id, ownerId: viewer.id } }) : null;
  if (!file) throw notFound();
  return file;
}

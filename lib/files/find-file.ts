import type { Viewer } from "../accounts/viewer";
import type { AppContext } from "../app-context";
import { notFoundProblem } from "../errors";
import { isId } from "../id";
import type { FileRow } from "./file";

/** The rows that a viewer may read: their own, and those of fields that they hold a grant for. No role opens anything. */
export function whereReadableBy(viewer: Viewer) {
  return { OR: [{ ownerId: viewer.id }, { field: { in: viewer.grants } }] };
}

/** A file that the viewer may read; any other is not found. */
export async function findReadableFile({ db }: Pick<AppContext, "db">, viewer: Viewer, id: string): Promise<FileRow> {
  const file = isId(id) ? await db.file.findFirst({ where: { id, ...whereReadableBy(viewer) } }) : null;
  if (!file) throw notFoundProblem();
  return file;
}

/** The viewer's own file; a foreign one is not found, whatever grants there are. */
export async function findOwnFile({ db }: Pick<AppContext, "db">, viewer: Viewer, id: string): Promise<FileRow> {
  const file = isId(id) ? await db.file.findFirst({ where: { id, ownerId: viewer.id } }) : null;
  if (!file) throw notFoundProblem();
  return file;
}

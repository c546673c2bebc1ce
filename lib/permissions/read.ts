import type { Db } from "../db/client";
import type { File, User } from "../db/generated/client";
import { notFoundProblem } from "../errors";
import { fields } from "../fields/fields";
import { isId } from "../id";
import type { Viewer } from "./viewer";

/** Selects the rows that belong to the viewer. */
export function whereOwn(viewer: Viewer) {
  return { ownerId: viewer.id };
}

/** Selects the files that the viewer may read: their own, and those of granted fields. */
export function whereReadable(viewer: Viewer) {
  return { OR: [whereOwn(viewer), { field: { in: viewer.grants } }] };
}

/** Selects the profiles that every visitor may read. */
export const WHERE_PROFILE_PUBLIC = { visibility: "public", suspendedAt: null, leftAt: null } as const;

/** The columns of a person that decide whether every visitor may read the profile. */
export const PUBLICITY_COLUMNS = { visibility: true, suspendedAt: true, leftAt: true } as const;

type Publicity = Pick<User, keyof typeof PUBLICITY_COLUMNS>;

/** Tells of one person what `WHERE_PROFILE_PUBLIC` selects. */
export function isProfilePublic({ visibility, suspendedAt, leftAt }: Publicity): boolean {
  return visibility === "public" && suspendedAt === null && leftAt === null;
}

/** Finds a file that the viewer may read. Errors: not_found, for every other file. */
export async function findReadableFile({ db }: { db: Db }, viewer: Viewer, id: string): Promise<File> {
  const file = isId(id) ? await db.file.findFirst({ where: { id, ...whereReadable(viewer) } }) : null;
  if (!file) throw notFoundProblem();
  return file;
}

/** Finds the viewer's own file. Errors: not_found, for a foreign file too, whatever the grants. */
export async function findOwnFile({ db }: { db: Db }, viewer: Viewer, id: string): Promise<File> {
  const file = isId(id) ? await db.file.findFirst({ where: { id, ...whereOwn(viewer) } }) : null;
  if (!file) throw notFoundProblem();
  return file;
}

/**
 * Tells whether the viewer may have the original of a readable file, and not only its page images.
 */
export function mayReadOriginal(viewer: Viewer, file: Pick<File, "ownerId" | "field">): boolean {
  return file.ownerId === viewer.id || fields.get(file.field)?.download === true;
}

/**
 * Tells whether every visitor may see this picture: its own flag and its owner's profile both say
 * so.
 */
export function isPublishable(file: File & { owner: Publicity }): boolean {
  return (
    file.variants !== null &&
    file.status === "stored" &&
    file.visibility === "public" &&
    isProfilePublic(file.owner) &&
    !file.purgedAt
  );
}

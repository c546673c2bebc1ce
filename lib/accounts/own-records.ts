import type { AppContext } from "../app-context";
import { fields } from "../fields/fields";
import { whereOwn } from "../permissions/read";
import type { Viewer } from "../permissions/viewer";

/** How many records of a place in `RECORDS` are about the viewer now. */
export async function countOwnRecords(
  { db }: Pick<AppContext, "db">,
  viewer: Viewer,
): Promise<ReadonlyMap<string, number>> {
  const ofOwnFiles = { file: whereOwn(viewer) };
  const [files, accesses, sessions, links, mails, uploads, requests] = await Promise.all([
    db.file.count({ where: whereOwn(viewer) }),
    db.access.count({ where: ofOwnFiles }),
    db.session.count({ where: { userId: viewer.id } }),
    db.oneTimeLink.count({ where: { personId: viewer.id } }),
    db.mail.count({ where: { recipientId: viewer.id } }),
    db.upload.count({ where: whereOwn(viewer) }),
    db.request.count({ where: { memberId: viewer.id } }),
  ]);
  return new Map([
    ["File", files],
    ["Access", accesses],
    ["Session", sessions],
    ["OneTimeLink", links],
    ["Mail", mails],
    ["Upload", uploads],
    ["Request", requests],
  ]);
}

/** Counts the viewer's pictures and their bytes. Documents have a list of their own. */
export async function sumOwnPictures(
  { db }: Pick<AppContext, "db">,
  viewer: Viewer,
): Promise<{ count: number; bytes: number }> {
  const { _count: count, _sum: sum } = await db.file.aggregate({
    where: { ...whereOwn(viewer), purgedAt: null, field: { in: publicFields() } },
    _count: true,
    _sum: { size: true },
  });
  return { count, bytes: Number(sum.size ?? 0) };
}

function publicFields(): string[] {
  return [...fields.values()].flatMap(({ name, storage }) => (storage === "public" ? [name] : []));
}

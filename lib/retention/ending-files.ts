import type { AppContext } from "../app-context";
import { Prisma } from "../db/generated/client";
import { isId } from "../id";
import type { Viewer } from "../permissions/viewer";
import { isHeld } from "./held-in-sql";

/** A file that ends. The owner's name is there only for viewers who may open the document. */
export type EndingFile = {
  id: string;
  field: string;
  keepUntil: Date;
  ownerId: string;
  ownerName: string | null;
  isHeld: boolean;
};

const PAGE_SIZE = 25;

/** Lists the files that end, the next one first. `cursor` is the `next` of the page before. */
export async function listEndingFiles(
  { db }: Pick<AppContext, "db">,
  viewer: Viewer,
  cursor?: string,
): Promise<{ items: EndingFile[]; next: string | null }> {
  const after =
    cursor && isId(cursor)
      ? Prisma.sql`AND ("keepUntil", "File".id) > (SELECT "keepUntil", id FROM "File" WHERE id = ${cursor}::uuid)`
      : Prisma.empty;
  const rows = await db.$queryRaw<EndingFile[]>`
    SELECT "File".id, "File".field, "keepUntil", "ownerId", ${isHeld()} AS "isHeld",
      CASE WHEN field = ANY(${[...viewer.grants]}) THEN u.name END AS "ownerName"
    FROM "File" JOIN "User" u ON u.id = "ownerId"
    WHERE "keepUntil" IS NOT NULL ${after}
    ORDER BY "keepUntil", "File".id LIMIT ${PAGE_SIZE + 1}`;
  const items = rows.slice(0, PAGE_SIZE);
  return { items, next: rows.length > PAGE_SIZE ? (items.at(-1)?.id ?? null) : null };
}

import type { AppContext } from "../app-context";
import type { File } from "../db/generated/client";
import { fields } from "../fields/fields";
import type { Viewer } from "../permissions/viewer";
import { isHeld } from "../retention/held-in-sql";
import { keepUntilOf } from "../retention/keep-until";
import { toRule } from "../retention/rules";
import { erasureDueFrom } from "./ask-erasure";
import { staysAfterErasure } from "./stays-in-sql";

/** A file that stays after the erasure of its owner's account. */
export type KeptFile = {
  id: string;
  name: string;
  /** The document type, in words. */
  label: string;
  /** Its last day, as it will be then. Null: it ends after the hold. */
  keepUntil: Date | null;
  /** Why the law makes us keep it. Without it, a hold keeps the file. */
  legalBasis: string | null;
};

/** As many files as a person reads through. The page says how many more there are. */
const MAX_FILES = 50;

/**
 * Lists the viewer's files that would stay, with the dates that they will have, the last one first.
 * Until the erasure starts, a hold can change the list.
 */
export async function listKeptFiles(
  context: Pick<AppContext, "db" | "clock" | "timeZone">,
  viewer: Viewer,
): Promise<{ files: KeptFile[]; total: number }> {
  const { db, timeZone } = context;
  const [person, rows, rules] = await Promise.all([
    db.user.findUniqueOrThrow({ where: { id: viewer.id }, select: { leftAt: true, erasureDueAt: true } }),
    db.$queryRaw<(File & { isHeld: boolean; total: number })[]>`
      SELECT "File".*, ${isHeld()} AS "isHeld", count(*) OVER ()::int AS total FROM "File"
      WHERE "ownerId" = ${viewer.id}::uuid AND "purgedAt" IS NULL AND ${staysAfterErasure()}
      ORDER BY "createdAt" DESC, id DESC LIMIT ${MAX_FILES}`,
    db.retentionRule.findMany(),
  ]);
  const leftAt = person.leftAt ?? person.erasureDueAt ?? erasureDueFrom(context);
  const files = rows.map(({ isHeld: held, ...file }) => {
    const field = fields.get(file.field);
    const rule = rules.find(({ field: name }) => name === file.field);
    const keepUntil = held || !rule ? null : keepUntilOf(toRule(rule), file, { leftAt, timeZone });
    return {
      id: file.id,
      name: file.name,
      label: field?.label ?? file.field,
      keepUntil,
      legalBasis: held ? null : (field?.retention?.legalBasis ?? null),
    };
  });
  return { files, total: rows[0]?.total ?? 0 };
}

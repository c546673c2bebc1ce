import { z } from "zod";
import type { Viewer } from "../accounts/viewer";
import type { Db } from "../db/client";
import type { Deps } from "../deps";
import { Problem } from "../errors";
import { findFile } from "../files/find";
import { isId, newId } from "../id";

/** From where somebody looks; both as the front and the browser say. */
export type Origin = { address: string | null; userAgent: string | null };

/** What people do with a file. The database also knows `prepared`, which no code writes yet. */
const intents = z.enum(["view", "download"]);
type Intent = z.infer<typeof intents>;

export type AccessView = { at: string; intent: Intent; by: { name: string; role: string } };

const AGENT_CHARACTERS = 400;

/** Puts a look at a private file on record. Must have resolved before anything is signed. */
export async function register(
  { db, clock }: Pick<Deps, "db" | "clock">,
  viewer: Viewer,
  fileId: string,
  intent: Intent,
  { address, userAgent }: Origin,
): Promise<void> {
  await db.access.create({
    data: {
      id: newId(),
      fileId,
      byId: viewer.id,
      intent,
      address,
      userAgent: userAgent?.slice(0, AGENT_CHARACTERS) ?? null,
      at: clock.now(),
    },
  });
}

/** Looks that follow each other within this time are one sitting. Seconds. */
const SITTING = 15 * 60;

/** The same for page images: the first page of a sitting is a view, the next ones belong to it. */
export async function registerSitting(
  deps: Pick<Deps, "db" | "clock">,
  viewer: Viewer,
  fileId: string,
  origin: Origin,
): Promise<void> {
  const { db, clock } = deps;
  const since = new Date(clock.now().getTime() - SITTING * 1000);
  const before = await db.access.findFirst({
    where: { fileId, byId: viewer.id, intent: "view", at: { gt: since } },
    select: { id: true },
  });
  if (!before) await register(deps, viewer, fileId, "view", origin);
}

const PAGE = 50;

/** Who has looked at a file, latest first, for those who may read it. `cursor` is what `next` said. */
export async function accesses(
  deps: Pick<Deps, "db">,
  viewer: Viewer,
  fileId: string,
  cursor?: string,
): Promise<{ items: AccessView[]; next: string | null }> {
  const file = await findFile(deps, viewer, fileId);
  const after = cursor === undefined ? null : await cursorRow(deps.db, file.id, cursor);
  const rows = await deps.db.access.findMany({
    where: {
      fileId: file.id,
      intent: { in: intents.options },
      ...(after
        ? { at: { lte: after.at }, OR: [{ at: { lt: after.at } }, { at: after.at, id: { lt: after.id } }] }
        : {}),
    },
    orderBy: [{ at: "desc" }, { id: "desc" }],
    take: PAGE + 1,
    select: { id: true, at: true, intent: true, by: { select: { name: true, role: true } } },
  });
  const items = rows.slice(0, PAGE).map(({ at, intent, by }) => ({
    at: at.toISOString(),
    intent: intents.parse(intent),
    by: by ?? { name: "Somebody who has left", role: "member" },
  }));
  return { items, next: rows.length > PAGE ? (rows[PAGE - 1]?.id ?? null) : null };
}

async function cursorRow(db: Db, fileId: string, cursor: string): Promise<{ id: string; at: Date }> {
  const row = isId(cursor)
    ? await db.access.findFirst({ where: { id: cursor, fileId }, select: { id: true, at: true } })
    : null;
  if (!row)
    throw new Problem("invalid", "That page of the list does not exist.", {
      errors: [{ path: "cursor", message: "is not known" }],
    });
  return row;
}

import { z } from "zod";
import type { Viewer } from "../permissions/viewer";
import type { Db } from "../db/client";
import type { AppContext } from "../app-context";
import { Problem } from "../errors";
import { findReadableFile } from "../permissions/read";
import { isId, newId } from "../id";

/** From where somebody looks; both as the front and the browser say. */
export type ClientInfo = { address: string | null; userAgent: string | null };

/** What people do with a file. The database also knows `prepared`, which no code writes yet. */
const intents = z.enum(["view", "download"]);
type Intent = z.infer<typeof intents>;

export type AccessView = { at: string; intent: Intent; by: { name: string; role: string } };

const MAX_USER_AGENT_LENGTH = 400;

/** Puts a look at a private file on record. Must have resolved before anything is signed. */
export async function logAccess(
  { db, clock }: Pick<AppContext, "db" | "clock">,
  viewer: Viewer,
  fileId: string,
  intent: Intent,
  { address, userAgent }: ClientInfo,
): Promise<void> {
  await db.access.create({
    data: {
      id: newId(),
      fileId,
      byId: viewer.id,
      intent,
      address,
      userAgent: userAgent?.slice(0, MAX_USER_AGENT_LENGTH) ?? null,
      at: clock.now(),
    },
  });
}

/** Looks that follow each other within this time are one sitting. Seconds. */
const ACCESS_SESSION_SECONDS = 15 * 60;

/** The same for page images: the first page of a sitting is a view, the next ones belong to it. */
export async function logAccessOncePerSession(
  deps: Pick<AppContext, "db" | "clock">,
  viewer: Viewer,
  fileId: string,
  origin: ClientInfo,
): Promise<void> {
  const { db, clock } = deps;
  const since = new Date(clock.now().getTime() - ACCESS_SESSION_SECONDS * 1000);
  const before = await db.access.findFirst({
    where: { fileId, byId: viewer.id, intent: "view", at: { gt: since } },
    select: { id: true },
  });
  if (!before) await logAccess(deps, viewer, fileId, "view", origin);
}

const PAGE_SIZE = 50;

/** Who has looked at a file, latest first, for those who may read it. `cursor` is what `next` said. */
export async function listAccesses(
  deps: Pick<AppContext, "db">,
  viewer: Viewer,
  fileId: string,
  cursor?: string,
): Promise<{ items: AccessView[]; next: string | null }> {
  const file = await findReadableFile(deps, viewer, fileId);
  const after = cursor === undefined ? null : await findCursorRow(deps.db, file.id, cursor);
  const rows = await deps.db.access.findMany({
    where: {
      fileId: file.id,
      intent: { in: intents.options },
      ...(after
        ? { at: { lte: after.at }, OR: [{ at: { lt: after.at } }, { at: after.at, id: { lt: after.id } }] }
        : {}),
    },
    orderBy: [{ at: "desc" }, { id: "desc" }],
    take: PAGE_SIZE + 1,
    select: { id: true, at: true, intent: true, by: { select: { name: true, role: true } } },
  });
  const items = rows.slice(0, PAGE_SIZE).map(({ at, intent, by }) => ({
    at: at.toISOString(),
    intent: intents.parse(intent),
    by: by ?? { name: "Somebody who has left", role: "member" },
  }));
  return { items, next: rows.length > PAGE_SIZE ? (rows[PAGE_SIZE - 1]?.id ?? null) : null };
}

async function findCursorRow(db: Db, fileId: string, cursor: string): Promise<{ id: string; at: Date }> {
  const row = isId(cursor)
    ? await db.access.findFirst({ where: { id: cursor, fileId }, select: { id: true, at: true } })
    : null;
  if (!row)
    throw new Problem("invalid", "That page of the list does not exist.", {
      errors: [{ path: "cursor", message: "is not known" }],
    });
  return row;
}

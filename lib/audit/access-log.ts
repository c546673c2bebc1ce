import { z } from "zod";
import type { AppContext } from "../app-context";
import type { Db, Tx } from "../db/client";
import type { Access, File } from "../db/generated/client";
import { Problem } from "../errors";
import { isId, newId, shortIdOf } from "../id";
import { findReadableFile } from "../permissions/read";
import { nameForMembers, type Viewer } from "../permissions/viewer";

/**
 * The client of a request: its IP address from the HTTP server, its user agent from the browser.
 */
export type ClientInfo = { address: string | null; userAgent: string | null };

/** The accesses that are logged. The database also has `prepared`, which no code writes yet. */
const intents = z.enum(["view", "download"]);
type Intent = z.infer<typeof intents>;

export type AccessView = { at: string; intent: Intent; by: { name: string; role: string } };

const MAX_USER_AGENT_LENGTH = 400;

/** Logs an access to a private file. The caller signs a URL only after this resolves. */
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
      byName: nameForMembers(viewer),
      byRole: viewer.role,
      byShortId: shortIdOf(viewer.id),
      intent,
      address,
      userAgent: userAgent?.slice(0, MAX_USER_AGENT_LENGTH) ?? null,
      at: clock.now(),
    },
  });
}

/**
 * The page views of one viewer and file within this time after the first are one session. Seconds.
 */
const ACCESS_SESSION_SECONDS = 15 * 60;

/**
 * Logs that a page was shown, unless the viewer has a logged view of the file in this session. A
 * claim of the viewer begins a session: an approval needs a view within it.
 */
export async function logPageView(
  context: Pick<AppContext, "db" | "clock">,
  viewer: Viewer,
  file: Pick<File, "id" | "claimById" | "claimedAt">,
  client: ClientInfo,
): Promise<void> {
  const { db, clock } = context;
  const sessionStart = new Date(clock.now().getTime() - ACCESS_SESSION_SECONDS * 1000);
  const claimedAt = file.claimById === viewer.id ? file.claimedAt : null;
  const logged = await db.access.findFirst({
    where: {
      fileId: file.id,
      byId: viewer.id,
      intent: "view",
      at: { gt: sessionStart, ...(claimedAt ? { gte: claimedAt } : {}) },
    },
    select: { id: true },
  });
  if (!logged) await logAccess(context, viewer, file.id, "view", client);
}

/**
 * Tells whether the access log has a view of the file by this viewer since then. A file without
 * page images can only be downloaded, so a download counts too.
 */
export async function hasViewedSince(
  db: Tx,
  viewer: Viewer,
  { id, pages }: Pick<File, "id" | "pages">,
  since: Date,
): Promise<boolean> {
  const seen: Intent[] = pages === null ? ["view", "download"] : ["view"];
  const view = await db.access.findFirst({
    where: { fileId: id, byId: viewer.id, intent: { in: seen }, at: { gte: since } },
    select: { id: true },
  });
  return view !== null;
}

const PAGE_SIZE = 50;

/**
 * Lists the accesses to a file, latest first, for a viewer who may read it. Names and roles are
 * those of the moment of access. `cursor` is the `next` of the page before. Errors: not_found,
 * invalid.
 */
export async function listAccesses(
  context: Pick<AppContext, "db">,
  viewer: Viewer,
  fileId: string,
  cursor?: string,
): Promise<{ items: AccessView[]; next: string | null }> {
  const file = await findReadableFile(context, viewer, fileId);
  const after = cursor === undefined ? null : await findCursorRow(context.db, file.id, cursor);
  const rows = await context.db.access.findMany({
    where: {
      fileId: file.id,
      intent: { in: intents.options },
      ...(after
        ? { at: { lte: after.at }, OR: [{ at: { lt: after.at } }, { at: after.at, id: { lt: after.id } }] }
        : {}),
    },
    orderBy: [{ at: "desc" }, { id: "desc" }],
    take: PAGE_SIZE + 1,
    select: { id: true, at: true, intent: true, byName: true, byRole: true },
  });
  const items = rows.slice(0, PAGE_SIZE).map(toAccessView);
  return { items, next: rows.length > PAGE_SIZE ? (rows[PAGE_SIZE - 1]?.id ?? null) : null };
}

type AccessRow = Pick<Access, "at" | "intent" | "byName" | "byRole">;

/** Shows an entry as the owner of the file sees it. */
function toAccessView({ at, intent, byName, byRole }: AccessRow): AccessView {
  return {
    at: at.toISOString(),
    intent: intents.parse(intent),
    // Only entries of accounts that ended before the log kept names have none.
    by: { name: byName ?? "Deleted account", role: byRole ?? "member" },
  };
}

const EXPORT_PAGE_SIZE = 5000;

/**
 * Yields all accesses to these files of one owner, oldest first, in pages. The caller checks who
 * may see them.
 */
export async function* streamAccesses(
  { db }: Pick<AppContext, "db">,
  fileIds: readonly string[],
): AsyncGenerator<(AccessView & { file: string })[]> {
  let after = { at: new Date(0), id: "00000000-0000-0000-0000-000000000000" };
  for (;;) {
    const rows = await db.$queryRaw<(AccessRow & { id: string; fileId: string })[]>`
      SELECT id, "fileId", at, intent, "byName", "byRole" FROM "Access"
      WHERE "fileId" = ANY(${fileIds}::uuid[]) AND intent::text = ANY(${intents.options})
        AND at >= ${after.at}::timestamptz AND (at, id) > (${after.at}::timestamptz, ${after.id}::uuid)
      ORDER BY at, id LIMIT ${EXPORT_PAGE_SIZE}`;
    yield rows.map((row) => ({ file: row.fileId, ...toAccessView(row) }));
    const last = rows.at(-1);
    if (!last || rows.length < EXPORT_PAGE_SIZE) return;
    after = last;
  }
}

async function findCursorRow(db: Db, fileId: string, cursor: string): Promise<{ id: string; at: Date }> {
  const row = isId(cursor)
    ? await db.access.findFirst({ where: { id: cursor, fileId }, select: { id: true, at: true } })
    : null;
  if (!row)
    throw new Problem("invalid", "This page of the list does not exist.", {
      errors: [{ path: "cursor", message: "is not known" }],
    });
  return row;
}

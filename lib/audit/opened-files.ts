import { stringify } from "csv-stringify/sync";
import { z } from "zod";
import type { AppContext } from "../app-context";
import { Prisma } from "../db/generated/client";
import type { Role } from "../db/generated/enums";
import { Problem } from "../errors";
import { sinceSchema, untilSchema } from "./search-trail";

const cursorSchema = z.tuple([z.iso.datetime(), z.uuid()]);

export const openedFilterSchema = z.object({
  /** The id of the person who opened. */
  by: z.guid().toLowerCase().optional(),
  /** The id of the person whose files they are. */
  member: z.guid().toLowerCase().optional(),
  from: sinceSchema.optional(),
  to: untilSchema.optional(),
});
export const openedSearchSchema = openedFilterSchema.extend({ cursor: z.string().max(200).optional() });
/** Of one person, whose id is in the URL. */
export const openedBySchema = openedSearchSchema.omit({ by: true, member: true });

export type OpenedFilter = z.infer<typeof openedFilterSchema>;

/** One entry of the access log, for admins: who opened what of whom. No file name. */
export type OpenedFile = {
  at: string;
  intent: "view" | "download";
  /** The present name; of an erased account the name in the log. */
  by: { id: string | null; name: string; role: Role };
  file: { id: string; field: string };
  member: { id: string; name: string };
  /** From where. Null after the time that the log keeps it. */
  address: string | null;
};

type OpenedRow = {
  id: string;
  at: Date;
  intent: "view" | "download";
  byId: string | null;
  byName: string | null;
  byRole: Role | null;
  fileId: string;
  field: string;
  memberId: string;
  memberName: string;
  address: string | null;
};

const PAGE_SIZE = 50;
/** Entries in memory while a file is written. */
const STREAM_PAGE_SIZE = 500;

/**
 * Lists who opened which documents, latest first. Keyset pagination. Errors: invalid for a bad
 * cursor.
 */
export async function listOpenedFiles(
  { db }: Pick<AppContext, "db">,
  { cursor, ...filter }: OpenedFilter & { cursor?: string | undefined },
  pageSize = PAGE_SIZE,
): Promise<{ items: OpenedFile[]; next: string | null }> {
  const { text, values } = pageInSql(filter, cursor, pageSize + 1);
  const { rows } = await db.pool.query<OpenedRow>(text, values);
  const found = rows.slice(0, pageSize);
  const last = rows.length > pageSize ? found.at(-1) : undefined;
  return { items: found.map(toOpenedFile), next: last ? encodeCursor(last) : null };
}

function pageInSql(filter: OpenedFilter, cursor: string | undefined, limit: number): Prisma.Sql {
  const { by, member, from, to } = filter;
  const conditions = [
    Prisma.sql`a.intent IN ('view', 'download')`,
    ...(by ? [Prisma.sql`a."byId" = ${by}::uuid`] : []),
    ...(from ? [Prisma.sql`a.at >= ${from}`] : []),
    ...(to ? [Prisma.sql`a.at < ${to}`] : []),
    ...(cursor === undefined ? [] : [isBeforeInSql(cursor)]),
  ];
  // A member has few files. OFFSET keeps PostgreSQL from looking for them along the whole log.
  const log = member
    ? Prisma.sql`(SELECT * FROM "Access" WHERE "fileId" = ANY (ARRAY(
        SELECT id FROM "File" WHERE "ownerId" = ${member}::uuid)) OFFSET 0)`
    : Prisma.sql`"Access"`;
  return Prisma.sql`
    SELECT page.*, coalesce(b.name, page."byName") AS "byName", f.field, o.id AS "memberId", o.name AS "memberName"
    FROM (
      SELECT a.id, a.at, a.intent::text AS intent, a."byId", a."byName", a."byRole"::text AS "byRole", a."fileId", a.address
      FROM ${log} a WHERE ${Prisma.join(conditions, " AND ")} ORDER BY a.at DESC, a.id DESC LIMIT ${limit}
    ) AS page JOIN "File" f ON f.id = page."fileId" JOIN "User" o ON o.id = f."ownerId"
    LEFT JOIN "User" b ON b.id = page."byId" ORDER BY page.at DESC, page.id DESC`;
}

function toOpenedFile(row: OpenedRow): OpenedFile {
  return {
    at: row.at.toISOString(),
    intent: row.intent,
    by: { id: row.byId, name: row.byName ?? "Deleted account", role: row.byRole ?? "member" },
    file: { id: row.fileId, field: row.field },
    member: { id: row.memberId, name: row.memberName },
    address: row.address,
  };
}

function encodeCursor({ at, id }: OpenedRow): string {
  return Buffer.from(JSON.stringify([at.toISOString(), id])).toString("base64url");
}

function isBeforeInSql(cursor: string): Prisma.Sql {
  try {
    const [at, id] = cursorSchema.parse(JSON.parse(Buffer.from(cursor, "base64url").toString()));
    return Prisma.sql`(a.at, a.id) < (${new Date(at)}, ${id}::uuid)`;
  } catch (cause) {
    throw new Problem("invalid", "This page of the list does not exist.", {
      errors: [{ path: "cursor", message: "is not known" }],
      cause,
    });
  }
}

const COLUMNS = [
  "time",
  "action",
  "opened by",
  "opened by (id)",
  "role",
  "document type",
  "document (id)",
  "of",
  "of (id)",
  "network address",
];

/**
 * Writes the entries that match as CSV (RFC 4180), page by page. Spreadsheets run cells such as
 * `=HYPERLINK(...)`, so a text that starts like a formula gets an apostrophe.
 */
export async function* writeOpenedFilesCsv(
  context: Pick<AppContext, "db">,
  filter: OpenedFilter,
): AsyncGenerator<Uint8Array> {
  // Excel reads UTF-8 only after a byte order mark.
  yield encode([COLUMNS], { bom: true });
  let cursor: string | undefined;
  do {
    const { items, next } = await listOpenedFiles(context, { ...filter, cursor }, STREAM_PAGE_SIZE);
    if (items.length > 0) yield encode(items.map(toCells));
    cursor = next ?? undefined;
  } while (cursor !== undefined);
}

function toCells({ at, intent, by, file, member, address }: OpenedFile): unknown[] {
  return [at, intent, by.name, by.id, by.role, file.field, file.id, member.name, member.id, address];
}

function encode(rows: unknown[][], options: { bom?: boolean } = {}): Uint8Array {
  const format = { record_delimiter: "windows", escape_formulas: true } as const;
  return new TextEncoder().encode(stringify(rows, { ...format, ...options }));
}

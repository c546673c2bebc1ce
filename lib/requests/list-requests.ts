import { z } from "zod";
import type { AppContext } from "../app-context";
import { Prisma } from "../db/generated/client";
import { Problem } from "../errors";
import type { Viewer } from "../permissions/viewer";
import { queryRequests, REQUEST_STATES, type RequestState, type RequestView } from "./request";

export const requestFilterSchema = z.strictObject({
  state: z.enum(REQUEST_STATES).optional(),
  /** Also a field that is no longer declared. */
  field: z.string().max(63).optional(),
  member: z.uuid().optional(),
  cursor: z.string().max(200).optional(),
});

export type RequestFilter = z.infer<typeof requestFilterSchema>;
export type RequestCounts = Record<RequestState, { count: number; capped: boolean }>;
export type RequestPage = { items: RequestView[]; next: string | null; counts: RequestCounts };

type ListContext = Pick<AppContext, "db" | "clock">;

const PAGE_SIZE = 50;
/** Counting stops here: a higher count costs more than the page itself. */
const MAX_COUNT = 1000;

/**
 * Lists the requests of all members for an admin, else the viewer's own. Open and overdue ones by
 * due date, those without one last; the others by due date, latest first. Without a state: newest
 * first. Keyset pagination, so that every page costs as much as the first. Errors: invalid for a
 * bad cursor.
 */
export async function listRequests(
  context: ListContext,
  viewer: Viewer,
  filter: RequestFilter,
): Promise<RequestPage> {
  const own = viewer.role === "admin" ? filter : { ...filter, member: viewer.id };
  const now = context.clock.now();
  const position = filter.cursor === undefined ? null : readCursor(filter.cursor);
  const [found, counts] = await Promise.all([
    queryRequests(context, pageInSql(own, position, now)),
    countByState(context, own, now),
  ]);
  const items = found.slice(0, PAGE_SIZE);
  const last = found.length > PAGE_SIZE ? items.at(-1) : undefined;
  return { items, next: last ? encodeCursor(last) : null, counts };
}

/** The last entry of the page before. */
type Position = { dueAt: Date | null; id: string };

function pageInSql(filter: RequestFilter, after: Position | null, now: Date): Prisma.Sql {
  const { state } = filter;
  const limit = PAGE_SIZE + 1;
  if (state === undefined) {
    const next = after ? Prisma.sql`AND id < ${after.id}::uuid` : Prisma.empty;
    return Prisma.sql`
      SELECT id FROM "Request" WHERE ${matches(filter)} ${next} ORDER BY id DESC LIMIT ${limit}`;
  }
  const isAscending = state === "open" || state === "overdue";
  const direction = isAscending ? Prisma.sql`ASC` : Prisma.sql`DESC`;
  const sign = isAscending ? Prisma.sql`>` : Prisma.sql`<`;
  const order = Prisma.sql`ORDER BY "dueAt" ${direction}, id ${direction} LIMIT ${limit}`;
  // Two walks along one index: its order does not continue from dates to missing ones in both
  // directions. A row comparison starts a walk at the cursor.
  const dated = Prisma.sql`
    SELECT id, "dueAt", 0 AS part FROM "Request"
    WHERE ${matches(filter)} AND ${isDatedInState(state, now)}
      ${after?.dueAt ? Prisma.sql`AND ("dueAt", id) ${sign} (${after.dueAt}::timestamptz, ${after.id}::uuid)` : Prisma.empty} ${order}`;
  const undated = Prisma.sql`
    SELECT id, "dueAt", 1 AS part FROM "Request"
    WHERE ${matches(filter)} AND state = ${storedState(state)} AND "dueAt" IS NULL
      ${after && !after.dueAt ? Prisma.sql`AND id ${sign} ${after.id}::uuid` : Prisma.empty} ${order}`;
  const walks = [...(after && !after.dueAt ? [] : [dated]), ...(state === "overdue" ? [] : [undated])];
  if (walks.length === 0) return Prisma.sql`SELECT id FROM "Request" WHERE false`;
  const joined = Prisma.join(
    walks.map((walk) => Prisma.sql`(${walk})`),
    " UNION ALL ",
  );
  return Prisma.sql`
    SELECT id FROM (${joined}) AS walks ORDER BY part, "dueAt" ${direction}, id ${direction} LIMIT ${limit}`;
}

function storedState(state: RequestState): Prisma.Sql {
  return Prisma.sql`${state === "overdue" ? "open" : state}::"RequestState"`;
}

/** Requests with a due date that are in this state now. */
function isDatedInState(state: RequestState, now: Date): Prisma.Sql {
  const stored = Prisma.sql`state = ${storedState(state)}`;
  if (state === "open") return Prisma.sql`${stored} AND "dueAt" > ${now}::timestamptz`;
  if (state === "overdue") return Prisma.sql`${stored} AND "dueAt" <= ${now}::timestamptz`;
  return Prisma.sql`${stored} AND "dueAt" IS NOT NULL`;
}

function matches({ field, member }: Pick<RequestFilter, "field" | "member">): Prisma.Sql {
  const conditions = [
    ...(field === undefined ? [] : [Prisma.sql`field = ${field}`]),
    ...(member === undefined ? [] : [Prisma.sql`"memberId" = ${member}::uuid`]),
  ];
  return conditions.length === 0 ? Prisma.sql`true` : Prisma.join(conditions, " AND ");
}

/** Counts each state within field and member, along the index and not further than a thousand. */
async function countByState({ db }: ListContext, filter: RequestFilter, now: Date): Promise<RequestCounts> {
  const parts = REQUEST_STATES.flatMap((state) =>
    [
      isDatedInState(state, now),
      ...(state === "overdue" ? [] : [Prisma.sql`state = ${storedState(state)} AND "dueAt" IS NULL`]),
    ].map(
      (condition) => Prisma.sql`
        SELECT ${state}::text AS state, count(*)::int AS count FROM (
          SELECT 1 FROM "Request" WHERE ${matches(filter)} AND ${condition}
          ORDER BY "dueAt", id LIMIT ${MAX_COUNT + 1}) AS capped`,
    ),
  );
  const rows = await db.$queryRaw<
    { state: RequestState; count: number }[]
  >`${Prisma.join(parts, " UNION ALL ")}`;
  const counts = REQUEST_STATES.map((state) => {
    const count = rows.reduce((sum, row) => sum + (row.state === state ? row.count : 0), 0);
    return [state, { count: Math.min(count, MAX_COUNT), capped: count > MAX_COUNT }] as const;
  });
  return Object.fromEntries(counts) as RequestCounts;
}

const cursorSchema = z.tuple([z.iso.datetime().nullable(), z.uuid()]);

function encodeCursor({ dueAt, id }: RequestView): string {
  return Buffer.from(JSON.stringify([dueAt ?? null, id])).toString("base64url");
}

function readCursor(cursor: string): Position {
  try {
    const [dueAt, id] = cursorSchema.parse(JSON.parse(Buffer.from(cursor, "base64url").toString()));
    return { dueAt: dueAt === null ? null : new Date(dueAt), id };
  } catch (cause) {
    throw new Problem("invalid", "This page of the list does not exist.", {
      errors: [{ path: "cursor", message: "is not known" }],
      cause,
    });
  }
}

/** What the member's page shows of an open request. */
export type OpenRequest = Pick<RequestView, "field" | "message" | "dueAt" | "createdAt"> & {
  isOverdue: boolean;
};

/** Finds the viewer's open requests, by field. */
export async function findOwnOpenRequests(
  { db, clock }: ListContext,
  viewer: Pick<Viewer, "id">,
): Promise<ReadonlyMap<string, OpenRequest>> {
  const rows = await db.request.findMany({ where: { memberId: viewer.id, state: "open" } });
  const now = clock.now();
  return new Map(
    rows.map(({ field, message, dueAt, createdAt }) => [
      field,
      {
        field,
        ...(message ? { message } : {}),
        ...(dueAt ? { dueAt: dueAt.toISOString() } : {}),
        createdAt: createdAt.toISOString(),
        isOverdue: dueAt !== null && dueAt <= now,
      },
    ]),
  );
}

import { z } from "zod";
import type { AppContext } from "../app-context";
import { Prisma } from "../db/generated/client";
import { Problem } from "../errors";
import { isGrantable } from "../permissions/grant";
import { isPlainLine, singleLineText } from "../text-schemas";
import { PERSON_COLUMNS, PERSON_STATES, type Person, type PersonRow, toPerson } from "./people";

export const peopleFilterSchema = z.object({
  /** The beginning of a name, of one of its words, of an address, its domain, or a handle. */
  query: singleLineText({ max: 200 }).optional(),
  role: z.enum(["member", "reviewer", "admin"]).optional(),
  /** A field: people with a grant for it. */
  grant: z.string().refine(isGrantable, "is not a field with private documents").optional(),
  state: z.enum(PERSON_STATES).optional(),
  /** Reviewers and admins without one. */
  secondFactor: z.literal("missing").optional(),
  cursor: z.string().max(1000).optional(),
  limit: z.coerce.number().int().min(1).max(100).default(50),
});

export type PeopleFilter = z.infer<typeof peopleFilterSchema>;
export type PeoplePage = { items: Person[]; next: string | null };

/**
 * Lists people for admins: without a query the newest first, with one in the order of the text that
 * matches. Invited people have no account: only the filter for them finds them. Keyset pagination:
 * every page costs as much as the first one. Errors: invalid for a bad cursor.
 */
export async function listPeople({ db }: Pick<AppContext, "db">, filter: PeopleFilter): Promise<PeoplePage> {
  if (filter.state === "invited") return listInvitedPeople({ db }, filter);
  const { text, values } = pageInSql(filter);
  const { rows } = await db.pool.query<PersonRow & { term: string | null }>(text, values);
  const found = rows.slice(0, filter.limit);
  const last = rows.length > filter.limit ? found.at(-1) : undefined;
  return { items: found.map(toPerson), next: last ? encodeCursor([last.term, last.id]) : null };
}

type InvitedRow = Pick<PersonRow, "id" | "name" | "email" | "role" | "fields" | "createdAt">;

/** Lists invitations as people, newest first. A query is the beginning of a word or an address. */
async function listInvitedPeople({ db }: Pick<AppContext, "db">, filter: PeopleFilter): Promise<PeoplePage> {
  const cursor = decodeCursor(filter.cursor);
  const conditions = [
    Prisma.sql`true`,
    ...(cursor ? [Prisma.sql`id < ${cursor[1]}::uuid`] : []),
    ...(filter.role ? [Prisma.sql`role = ${filter.role}::"Role"`] : []),
    ...(filter.grant ? [Prisma.sql`${filter.grant} = ANY (fields)`] : []),
    ...(filter.query
      ? [Prisma.sql`concat(' ', lower(name), ' ', email) LIKE ${`% ${beginningOf(filter.query)}`}`]
      : []),
  ];
  const rows = await db.$queryRaw<InvitedRow[]>`
    SELECT id, name, email, role::text AS role, fields, "createdAt" FROM "Invitation"
    WHERE ${Prisma.join(conditions, " AND ")} ORDER BY id DESC LIMIT ${filter.limit + 1}`;
  const items = rows.slice(0, filter.limit).map(
    ({ createdAt, ...row }): Person => ({
      ...row,
      state: "invited",
      secondFactor: false,
      createdAt: createdAt.toISOString(),
    }),
  );
  const last = rows.length > filter.limit ? items.at(-1) : undefined;
  return { items, next: last ? encodeCursor([null, last.id]) : null };
}

/**
 * Reads the columns of a page only after its limit: grants and sessions of no other person count.
 */
function pageInSql(filter: PeopleFilter): Prisma.Sql {
  const people = filter.query ? matchesInSql(filter, filter.query) : newestInSql(filter);
  const order = filter.query ? Prisma.sql`page.term, u.id` : Prisma.sql`u.id DESC`;
  return Prisma.sql`
    SELECT page.term, ${PERSON_COLUMNS} FROM (${people}) AS page JOIN "User" u ON u.id = page.id ORDER BY ${order}`;
}

function newestInSql(filter: PeopleFilter): Prisma.Sql {
  const cursor = decodeCursor(filter.cursor);
  const from = cursor ? Prisma.sql`AND u.id < ${cursor[1]}::uuid` : Prisma.empty;
  return Prisma.sql`
    SELECT NULL::text AS term, u.id FROM "User" u WHERE ${conditionInSql(filter)} ${from}
    ORDER BY u.id DESC LIMIT ${filter.limit + 1}`;
}

/** A person with several texts that match counts at the first one. */
function matchesInSql(filter: PeopleFilter, query: string): Prisma.Sql {
  const { role, grant, state, secondFactor, limit } = filter;
  const cursor = decodeCursor(filter.cursor);
  const isAfter = cursor
    ? Prisma.sql`(t.term, t."userId") > (${cursor[0]}, ${cursor[1]}::uuid)`
    : Prisma.sql`true`;
  const matches = (alias: string) =>
    Prisma.sql`${Prisma.raw(alias)}."userId" = u.id AND ${Prisma.raw(alias)}.term LIKE ${beginningOf(query)}`;
  const order = Prisma.sql`ORDER BY t.term, t."userId" LIMIT ${limit + 1}`;
  // Few people pass such a filter: it reads the first text of each that matches.
  if (grant || secondFactor || state === "suspended" || (role && role !== "member"))
    return Prisma.sql`
      SELECT t.term, u.id FROM "User" u CROSS JOIN LATERAL (
        SELECT m.* FROM "PersonTerm" m WHERE ${matches("m")} ORDER BY m.term LIMIT 1) AS t
      WHERE ${conditionInSql(filter)} AND ${isAfter} ${order}`;
  // Else it walks the index of texts from the cursor on.
  return Prisma.sql`
    SELECT t.term, u.id FROM "PersonTerm" t JOIN "User" u ON ${matches("t")}
    WHERE ${walkConditionInSql(filter)} AND ${isAfter} AND NOT EXISTS (
      SELECT 1 FROM "PersonTerm" o WHERE ${matches("o")} AND o.term < t.term)
    ${order}`;
}

/**
 * Builds the condition of a walk along the texts. The texts say who has left: to ask the person as
 * well would make PostgreSQL expect a hundredth of the people instead of a tenth.
 */
function walkConditionInSql({ state, ...filter }: PeopleFilter): Prisma.Sql {
  const others = conditionInSql(filter);
  if (state === undefined) return others;
  const hasLeft = state === "left" ? Prisma.sql`t."hasLeft"` : Prisma.sql`NOT t."hasLeft"`;
  return Prisma.sql`${others} AND ${hasLeft} AND u."suspendedAt" IS NULL`;
}

/** Writes a query as the trigger on "User" writes the texts, and as the pattern of a beginning. */
function beginningOf(query: string): string {
  const folded = query
    .normalize("NFKD")
    .toLowerCase()
    .replace(/[\u0300-\u036f]/g, "")
    .replace(/[-\s]+/g, " ")
    .trim();
  return `${folded.slice(0, 200).replace(/[\\%_]/g, "\\$&")}%`;
}

function conditionInSql({ role, grant, state, secondFactor }: PeopleFilter): Prisma.Sql {
  const conditions = [
    Prisma.sql`u."erasureStartedAt" IS NULL`,
    ...(role ? [Prisma.sql`u.role = ${role}::"Role"`] : []),
    ...(grant
      ? [Prisma.sql`EXISTS (SELECT 1 FROM "Grant" g WHERE g.field = ${grant} AND g."userId" = u.id)`]
      : []),
    ...(secondFactor ? [Prisma.sql`u.role IN ('reviewer', 'admin') AND NOT u."hasSecondFactor"`] : []),
    ...(state && state !== "invited" ? [IS_IN_STATE[state]] : []),
  ];
  return Prisma.join(conditions, " AND ");
}

const IS_IN_STATE = {
  active: Prisma.sql`u."suspendedAt" IS NULL AND u."leftAt" IS NULL`,
  suspended: Prisma.sql`u."suspendedAt" IS NOT NULL`,
  left: Prisma.sql`u."leftAt" IS NOT NULL AND u."suspendedAt" IS NULL`,
} as const;

/** The text that matched, null without a query, and the id. */
const cursorSchema = z.tuple([z.string().refine(isPlainLine).nullable(), z.uuid()]);
type Cursor = z.infer<typeof cursorSchema>;

function encodeCursor(cursor: Cursor): string {
  return Buffer.from(JSON.stringify(cursor)).toString("base64url");
}

function decodeCursor(cursor: string | undefined): Cursor | null {
  if (cursor === undefined) return null;
  try {
    return cursorSchema.parse(JSON.parse(Buffer.from(cursor, "base64url").toString()));
  } catch (cause) {
    throw new Problem("invalid", "This page of the list does not exist.", {
      errors: [{ path: "cursor", message: "is not known" }],
      cause,
    });
  }
}

import { z } from "zod";
import type { AppContext } from "../app-context";
import type { Prisma } from "../db/generated/client";
import { Problem } from "../errors";
import { isId } from "../id";
import { isPlainLine } from "../text-schemas";
import { decryptPersonalData } from "./personal-data";

const DAY_MS = 24 * 3600 * 1000;

/** A day includes its end, in UTC. Returns the first instant after it. */
export const untilSchema = z.union([
  z.iso.date().transform((day) => new Date(Date.parse(day) + DAY_MS)),
  z.iso.datetime({ offset: true, local: true }).transform((time) => new Date(instantOf(time) + 1)),
]);
export const sinceSchema = z.union([
  z.iso.date().transform((day) => new Date(day)),
  z.iso.datetime({ offset: true, local: true }).transform((time) => new Date(instantOf(time))),
]);

/** A time without a zone, as forms send it, is in UTC. */
function instantOf(time: string): number {
  return Date.parse(/(?:Z|[+-]\d\d:?\d\d)$/.test(time) ? time : `${time}Z`);
}

/** The filter of the audit trail, as `GET /api/trail` has it. */
export const trailFilterSchema = z.object({
  /** The id of a person or file that the entries are about. */
  subject: z.guid().toLowerCase().optional(),
  /** The id of the person who acted. */
  by: z.guid().toLowerCase().optional(),
  event: z.string().max(100).refine(isPlainLine).optional(),
  from: sinceSchema.optional(),
  to: untilSchema.optional(),
});
export const trailSearchSchema = trailFilterSchema.extend({
  cursor: z
    .string()
    .regex(/^\d{1,18}$/, "is not a page of this list")
    .optional(),
});

export type TrailFilter = z.infer<typeof trailFilterSchema> & {
  /** Several subjects, for the application itself. */
  subjects?: readonly string[];
};

export type TrailItem = {
  seq: number;
  at: string;
  event: string;
  by?: string;
  subject?: string;
  detail: unknown;
  /** Null: erased, or not readable, which `npm run trail -- verify` tells apart. */
  personal?: string | null;
  hash: string;
};

export type TrailPage = { items: TrailItem[]; next: string | null };

const PAGE_SIZE = 50;
/** Entries in memory while a stream is read. */
const STREAM_PAGE_SIZE = 500;

/**
 * Lists the entries that match, latest first. `cursor` is the `next` of the page before. Every page
 * costs as much as the first one. Errors: invalid, if the cursor is unknown.
 */
export async function searchTrail(
  { db, trailKey }: Pick<AppContext, "db" | "trailKey">,
  { cursor, ...filter }: TrailFilter & { cursor?: string | undefined },
  pageSize = PAGE_SIZE,
): Promise<TrailPage> {
  const after = cursor === undefined ? [] : [await afterEntry(db, BigInt(cursor))];
  const rows = await db.trail.findMany({
    where: { AND: [whereMatches(filter), ...after] },
    orderBy: [{ at: "desc" }, { seq: "desc" }],
    take: pageSize + 1,
    select: ITEM_COLUMNS,
  });
  const items = rows.slice(0, pageSize).map((row) => toItem(trailKey, row));
  const last = rows.length > pageSize ? items.at(-1) : undefined;
  return { items, next: last ? String(last.seq) : null };
}

/** Yields all entries that match, latest first, in pages. */
export async function* streamTrail(
  context: Pick<AppContext, "db" | "trailKey">,
  filter: TrailFilter,
): AsyncGenerator<TrailItem[]> {
  let cursor: string | undefined;
  do {
    const { items, next } = await searchTrail(context, { ...filter, cursor }, STREAM_PAGE_SIZE);
    yield items;
    cursor = next ?? undefined;
  } while (cursor !== undefined);
}

/** Lists the events of the trail, sorted. Walks the index from one event to the next. */
export async function listTrailEvents({ db }: Pick<AppContext, "db">): Promise<string[]> {
  const rows = await db.$queryRaw<{ event: string }[]>`
    WITH RECURSIVE events AS (
      (SELECT event FROM "Trail" ORDER BY event LIMIT 1)
      UNION ALL
      SELECT (SELECT t.event FROM "Trail" t WHERE t.event > e.event ORDER BY t.event LIMIT 1)
      FROM events e WHERE e.event IS NOT NULL
    ) SELECT event FROM events WHERE event IS NOT NULL`;
  return rows.map(({ event }) => event);
}

/** Returns the id that a text is, or the id of the person with this address. Null for another. */
export async function findTrailId({ db }: Pick<AppContext, "db">, text: string): Promise<string | null> {
  const lower = text.trim().toLowerCase();
  if (isId(lower)) return lower;
  const person = await db.user.findUnique({ where: { email: lower }, select: { id: true } });
  return person?.id ?? null;
}

/** Finds the present names of people among these ids. */
export async function findTrailNames(
  { db }: Pick<AppContext, "db">,
  items: readonly TrailItem[],
): Promise<Map<string, string>> {
  const ids = [...new Set(items.flatMap(({ by, subject }) => [by ?? [], subject ?? []].flat()))];
  const people = await db.user.findMany({ where: { id: { in: ids } }, select: { id: true, name: true } });
  return new Map(people.map(({ id, name }) => [id, name]));
}

const ITEM_COLUMNS = {
  seq: true,
  at: true,
  event: true,
  byId: true,
  subjectId: true,
  detail: true,
  personHash: true,
  hash: true,
  personal: { select: { ciphertext: true, key: { select: { key: true } } } },
} satisfies Prisma.TrailSelect;

type Row = Prisma.TrailGetPayload<{ select: typeof ITEM_COLUMNS }>;

function toItem(trailKey: Uint8Array, row: Row): TrailItem {
  const { seq, at, event, byId, subjectId, detail, personHash, hash } = row;
  return {
    seq: Number(seq),
    at: at.toISOString(),
    event,
    ...(byId ? { by: byId } : {}),
    ...(subjectId ? { subject: subjectId } : {}),
    detail,
    ...(personHash ? { personal: readPersonal(trailKey, row) } : {}),
    hash,
  };
}

function readPersonal(trailKey: Uint8Array, { personal }: Row): string | null {
  if (!personal) return null;
  try {
    return decryptPersonalData(trailKey, personal.key.key, personal.ciphertext);
  } catch {
    // A changed text must not make the other entries unreadable.
    return null;
  }
}

function whereMatches({ subject, subjects, by, event, from, to }: TrailFilter): Prisma.TrailWhereInput {
  return {
    ...(subject ? { subjectId: subject } : {}),
    ...(subjects ? { subjectId: { in: [...subjects] } } : {}),
    ...(by ? { byId: by } : {}),
    ...(event ? { event } : {}),
    ...(from || to ? { at: { ...(from ? { gte: from } : {}), ...(to ? { lt: to } : {}) } } : {}),
  };
}

async function afterEntry(db: AppContext["db"], seq: bigint): Promise<Prisma.TrailWhereInput> {
  const last = await db.trail.findUnique({ where: { seq }, select: { at: true } });
  if (!last)
    throw new Problem("invalid", "This page of the list does not exist.", {
      errors: [{ path: "cursor", message: "is not known" }],
    });
  return { at: { lte: last.at }, OR: [{ at: { lt: last.at } }, { at: last.at, seq: { lt: seq } }] };
}

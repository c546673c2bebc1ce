import { z } from "zod";
import type { AppContext } from "../app-context";
import { Prisma } from "../db/generated/client";
import { Problem } from "../errors";
import { fields } from "../fields/fields";
import { storedStatusesAt } from "../files/status-in-sql";
import { reviewableFields } from "../permissions/decide";
import type { Viewer } from "../permissions/viewer";
import { QUEUE_STATUSES, type QueueStatus, SUBMITTED_STATUS } from "./outcomes";
import { queryReviews, type Review } from "./review";

export const queueSchema = z.object({
  status: z.enum(QUEUE_STATUSES).default(SUBMITTED_STATUS),
  field: z
    .string()
    .refine((name) => fields.get(name)?.reviewed, "is not a field with reviews")
    .optional(),
  claimed: z.enum(["me", "none"]).optional(),
  cursor: z.string().max(200).optional(),
  limit: z.coerce.number().int().min(1).max(100).default(50),
});

export type QueueRequest = z.infer<typeof queueSchema>;
export type StatusCounts = Record<QueueStatus, { count: number; capped: boolean }>;
export type ReviewQueue = { items: Review[]; next: string | null; counts: StatusCounts };

/**
 * Lists the documents that the viewer may review, oldest submission first, without the viewer's
 * own. Keyset pagination: every page costs as much as the first one. Errors: invalid for a bad
 * cursor.
 */
export async function listReviews(
  context: AppContext,
  viewer: Viewer,
  request: QueueRequest,
): Promise<ReviewQueue> {
  const now = context.clock.now();
  const positions = pageInSql(viewer, request, now);
  const [reviews, counts] = await Promise.all([
    positions ? queryReviews(context, viewer, positions) : [],
    countByStatus(context, viewer, request.field),
  ]);
  const items = reviews.slice(0, request.limit);
  const last = reviews.length > request.limit ? items.at(-1) : undefined;
  return { items, next: last ? encodeCursor(last) : null, counts };
}

/**
 * Builds the query of the positions of a page and the one after it; null if the viewer reviews no
 * such field. Each field and each stored status is a walk along the index, which has no order over
 * several of them. A row comparison starts the walk at the cursor; an OR of two conditions would
 * read the table from its start (174 ms at row 500,000).
 */
function pageInSql(
  viewer: Viewer,
  { status, field, claimed, cursor, limit }: QueueRequest,
  now: Date,
): Prisma.Sql | null {
  const from = cursor === undefined ? Prisma.empty : afterCursorInSql(cursor);
  const names = reviewableFields(viewer).filter((name) => field === undefined || name === field);
  if (names.length === 0) return null;
  const walks = names.flatMap((name) =>
    storedStatusesAt(status, now).map(({ condition, isRare }) => {
      const isMine = Prisma.sql`"claimById" = ${viewer.id}::uuid AND "claimUntil" > ${now}`;
      const isFree = Prisma.sql`("claimUntil" IS NULL OR "claimUntil" <= ${now})`;
      const rows =
        claimed === "me" ? rowsFound(isMine) : isRare ? rowsFound(condition) : Prisma.sql`"File" AS rows`;
      return Prisma.sql`(
        SELECT id, "createdAt" FROM ${rows}
        WHERE field = ${name} AND ${condition} AND "ownerId" <> ${viewer.id}::uuid ${from}
          ${claimed === "none" ? Prisma.sql`AND ${isFree}` : Prisma.empty}
        ORDER BY "createdAt", id LIMIT ${limit + 1})`;
    }),
  );
  return Prisma.sql`
    SELECT id, "createdAt" FROM (${Prisma.join(walks, " UNION ALL ")}) AS walks
    ORDER BY "createdAt", id LIMIT ${limit + 1}`;
}

/** Builds a table of few files. OFFSET keeps PostgreSQL from looking for them along a walk. */
function rowsFound(condition: Prisma.Sql): Prisma.Sql {
  return Prisma.sql`(SELECT * FROM "File" WHERE ${condition} OFFSET 0) AS rows`;
}

/** Counting stops here: a higher count costs more than the page itself. */
const MAX_COUNT = 1000;

async function countByStatus(
  { db, clock }: AppContext,
  viewer: Viewer,
  field: string | undefined,
): Promise<StatusCounts> {
  const now = clock.now();
  const names = reviewableFields(viewer).filter((name) => field === undefined || name === field);
  const parts = QUEUE_STATUSES.flatMap((status) =>
    names.flatMap((name) =>
      storedStatusesAt(status, now).map(({ condition, isRare }) => {
        // The order of the index. Without it PostgreSQL may read the table for a thousand rows.
        const order = isRare ? Prisma.empty : Prisma.sql`ORDER BY "createdAt", id`;
        return Prisma.sql`SELECT ${status}::text AS status, count(*)::int AS count FROM (
          SELECT 1 FROM "File" WHERE field = ${name} AND ${condition} AND "ownerId" <> ${viewer.id}::uuid
          ${order} LIMIT ${MAX_COUNT + 1}) AS capped`;
      }),
    ),
  );
  const counted = new Map<QueueStatus, number>();
  if (parts.length > 0) {
    const { text, values } = Prisma.join(parts, " UNION ALL ");
    const { rows } = await db.pool.query<{ status: QueueStatus; count: number }>(text, values);
    for (const { status, count } of rows) counted.set(status, (counted.get(status) ?? 0) + count);
  }
  const counts = QUEUE_STATUSES.map((status) => {
    const count = counted.get(status) ?? 0;
    return [status, { count: Math.min(count, MAX_COUNT), capped: count > MAX_COUNT }] as const;
  });
  return Object.fromEntries(counts) as StatusCounts;
}

const cursorSchema = z.tuple([z.iso.datetime(), z.uuid()]);

function encodeCursor({ file, submittedAt }: Review): string {
  return Buffer.from(JSON.stringify([submittedAt, file.id])).toString("base64url");
}

function afterCursorInSql(cursor: string): Prisma.Sql {
  try {
    const [createdAt, id] = cursorSchema.parse(JSON.parse(Buffer.from(cursor, "base64url").toString()));
    return Prisma.sql`AND ("createdAt", id) > (${new Date(createdAt)}, ${id}::uuid)`;
  } catch (cause) {
    throw new Problem("invalid", "This page of the list does not exist.", {
      errors: [{ path: "cursor", message: "is not known" }],
      cause,
    });
  }
}

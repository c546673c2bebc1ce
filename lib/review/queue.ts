import { z } from "zod";
import type { AppContext } from "../app-context";
import { Prisma } from "../db/generated/client";
import { Problem } from "../errors";
import { fields } from "../fields/fields";
import { hasStatusAt } from "../files/status-in-sql";
import { mayDecideInSql } from "../permissions/decide";
import type { Viewer } from "../permissions/viewer";
import { QUEUE_STATUSES, type QueueStatus, SUBMITTED_STATUS } from "./outcomes";
import { findReviews, type Review } from "./review";

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
  const [positions, counts] = await Promise.all([
    findQueuePage(context, viewer, request),
    countByStatus(context, viewer, request.field),
  ]);
  const page = positions.slice(0, request.limit);
  const last = positions.length > request.limit ? page.at(-1) : undefined;
  const ids = page.map(({ id }) => id);
  const items = await findReviews(context, ids, viewer);
  return { items, next: last ? encodeCursor(last) : null, counts };
}

type QueuePosition = { id: string; createdAt: Date };

async function findQueuePage(
  { db, clock }: AppContext,
  viewer: Viewer,
  { status, field, claimed, cursor, limit }: QueueRequest,
): Promise<QueuePosition[]> {
  const from =
    cursor === undefined
      ? { id: "00000000-0000-0000-0000-000000000000", createdAt: new Date(0) }
      : decodeCursor(cursor);
  const claimant = claimed === "me" ? viewer.id : null;
  const now = clock.now();
  // A row comparison walks the index. An OR of two conditions reads the table from its start
  // (174 ms at row 500,000).
  return db.$queryRaw<QueuePosition[]>`
    SELECT id, "createdAt" FROM "File"
    WHERE ${hasStatusAt(status, now)} AND ${mayDecideInSql(viewer, field)}
      AND ("createdAt", id) > (${from.createdAt}, ${from.id}::uuid)
      AND (${claimant}::uuid IS NULL
        OR ("claimById" = ${claimant}::uuid AND "claimUntil" > ${now}))
      AND (${claimed ?? "any"} <> 'none' OR "claimUntil" IS NULL OR "claimUntil" <= ${now})
    ORDER BY "createdAt", id LIMIT ${limit + 1}`;
}

/** Counting stops here: a higher count costs more than the page itself. */
const MAX_COUNT = 1000;

async function countByStatus(
  { db, clock }: AppContext,
  viewer: Viewer,
  field: string | undefined,
): Promise<StatusCounts> {
  const now = clock.now();
  const queries = QUEUE_STATUSES.map(
    (status) => Prisma.sql`SELECT ${status}::text AS status, (
      SELECT count(*)::int FROM (
        SELECT 1 FROM "File"
        WHERE ${hasStatusAt(status, now)} AND ${mayDecideInSql(viewer, field)}
        LIMIT ${MAX_COUNT + 1}
      ) AS capped
    ) AS count`,
  );
  const rows = await db.$queryRaw<{ status: QueueStatus; count: number }[]>`
    ${Prisma.join(queries, " UNION ALL ")}`;
  const byStatus = new Map(rows.map(({ status, count }) => [status, count]));
  const counts = QUEUE_STATUSES.map((status) => {
    const count = byStatus.get(status) ?? 0;
    return [status, { count: Math.min(count, MAX_COUNT), capped: count > MAX_COUNT }] as const;
  });
  return Object.fromEntries(counts) as StatusCounts;
}

const cursorSchema = z.tuple([z.iso.datetime(), z.uuid()]);

function encodeCursor({ createdAt, id }: QueuePosition): string {
  return Buffer.from(JSON.stringify([createdAt.toISOString(), id])).toString("base64url");
}

function decodeCursor(cursor: string): QueuePosition {
  try {
    const [createdAt, id] = cursorSchema.parse(JSON.parse(Buffer.from(cursor, "base64url").toString()));
    return { createdAt: new Date(createdAt), id };
  } catch (cause) {
    throw new Problem("invalid", "This page of the list does not exist.", {
      errors: [{ path: "cursor", message: "is not known" }],
      cause,
    });
  }
}

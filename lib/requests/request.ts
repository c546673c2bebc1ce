import type { AppContext } from "../app-context";
import { Prisma } from "../db/generated/client";
import type { FileStatus, RequestState as StoredState } from "../db/generated/enums";
import { statusAt } from "../files/validity";
import { UNDECIDED_STATUSES } from "../review/outcomes";

export const REQUEST_STATES = ["overdue", "open", "fulfilled", "cancelled"] as const;
export type RequestState = (typeof REQUEST_STATES)[number];

/** A request as the HTTP contract shows it. */
export type RequestView = {
  id: string;
  member: { id: string; name: string };
  field: string;
  message?: string;
  dueAt?: string;
  state: RequestState;
  createdAt: string;
  /** The file that fulfils it; for an open one the latest that waits or was sent back. */
  file?: { id: string; status: FileStatus };
};

type RequestRow = {
  id: string;
  memberId: string;
  memberName: string;
  field: string;
  message: string | null;
  dueAt: Date | null;
  state: StoredState;
  createdAt: Date;
  fileId: string | null;
  fileStatus: FileStatus | null;
  validUntil: Date | null;
};

/** Reads the requests of a query of their ids, in the order of that query. */
export async function queryRequests(
  { db, clock }: Pick<AppContext, "db" | "clock">,
  ids: Prisma.Sql,
): Promise<RequestView[]> {
  const rows = await db.$queryRaw<RequestRow[]>`
    SELECT r.id, r."memberId", u.name AS "memberName", r.field, r.message, r."dueAt", r.state::text AS state,
      r."createdAt", coalesce(a.id, s.id) AS "fileId", coalesce(a.status, s.status)::text AS "fileStatus", a."validUntil"
    FROM (SELECT id, row_number() OVER () AS place FROM (${ids}) AS found) AS page
    JOIN "Request" r ON r.id = page.id
    JOIN "User" u ON u.id = r."memberId"
    LEFT JOIN "File" a ON a.id = r."fileId" AND r.state = 'fulfilled'
    LEFT JOIN LATERAL (
      SELECT f.id, f.status FROM "File" f WHERE r.state = 'open' AND ${isSentFor()}
      ORDER BY f."createdAt" DESC, f.id DESC LIMIT 1) s ON true
    ORDER BY page.place`;
  const now = clock.now();
  return rows.map((row) => toView(row, now));
}

/**
 * Builds a condition on files `f` for an open request `r`: one that waits for a decision, or that a
 * reviewer sent back after the request.
 */
function isSentFor(): Prisma.Sql {
  return Prisma.sql`f."ownerId" = r."memberId" AND f.field = r.field AND f."purgedAt" IS NULL
    AND (f.status = ANY(${[...UNDECIDED_STATUSES]}::"FileStatus"[]) OR (f."decidedAt" >= r."createdAt"
      AND f.status NOT IN ('approved', 'expired', 'superseded', 'withdrawn')))`;
}

/** Tells the state at `now`: an open request is overdue from its due date on. */
export function stateAt(
  { state, dueAt }: { state: StoredState; dueAt: Date | null },
  now: Date,
): RequestState {
  return state === "open" && dueAt !== null && dueAt <= now ? "overdue" : state;
}

function toView(row: RequestRow, now: Date): RequestView {
  const { id, memberId, memberName, field, message, dueAt, createdAt, fileId, fileStatus, validUntil } = row;
  return {
    id,
    member: { id: memberId, name: memberName },
    field,
    ...(message ? { message } : {}),
    ...(dueAt ? { dueAt: dueAt.toISOString() } : {}),
    state: stateAt(row, now),
    createdAt: createdAt.toISOString(),
    ...(fileId && fileStatus
      ? { file: { id: fileId, status: statusAt({ status: fileStatus, validUntil }, now) } }
      : {}),
  };
}

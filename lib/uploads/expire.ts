import { retryTransaction } from "../db/conflict";
import { Prisma } from "../db/generated/client";
import { secondsFromNow, type AppContext } from "../app-context";
import { newId } from "../id";

const BATCH_SIZE = 500;

/** Whose tickets are ended: those of one member, or everybody's that no other transaction holds. */
type TicketScope = { ownerId: string } | "anybody";

/**
 * Ends a member's tickets whose time is over: their room in the quota is free again, and what may have arrived is doomed, and left to the purges, for
 * a ticket makes no call to the store. A completion that is under way has moved its upload on, and is left alone.
 */
export async function expireMemberTickets(deps: AppContext, ownerId: string): Promise<void> {
  const doomed = await expireUploadBatch(deps, "issued", deps.clock.now(), { ownerId });
  if (doomed.length > 0) await deps.onCrashPoint?.("upload.ended");
}

/**
 * The same for everybody's tickets whose time has been over for the grace, and for uploads whose completion ended without an end. What arrived is
 * doomed, and left to the purges. Returns how many.
 */
export async function expireAbandonedUploads(deps: AppContext, signal?: AbortSignal): Promise<number> {
  const before = secondsFromNow(deps.clock, -deps.limits.sweepGrace);
  let ended = 0;
  for (const state of ["issued", "inspecting"] as const) {
    for (let last = BATCH_SIZE; last === BATCH_SIZE && !signal?.aborted; ) {
      last = (await expireUploadBatch(deps, state, before, "anybody")).length;
      if (last > 0) await deps.onCrashPoint?.("upload.ended");
      ended += last;
    }
  }
  return ended;
}

/**
 * One statement takes them, gives the room back and dooms what may have arrived: of two that run at once each upload is ended by one, and a completion
 * that claims an upload first keeps it. Whoever still sends when the ticket ends may be heard for a while: before the grace is over there is
 * a second purge for its end.
 */
function expireUploadBatch(
  { db, clock, limits }: AppContext,
  state: "issued" | "inspecting",
  before: Date,
  whose: TicketScope,
): Promise<{ id: string }[]> {
  const now = clock.now();
  const ids = Array.from({ length: 2 * BATCH_SIZE }, newId);
  const theirs = whose === "anybody" ? Prisma.empty : Prisma.sql`AND "ownerId" = ${whose.ownerId}::uuid`;
  const others = whose === "anybody" ? Prisma.sql`SKIP LOCKED` : Prisma.empty;
  return retryTransaction(
    () => db.$queryRaw<{ id: string }[]>`
      WITH due AS MATERIALIZED (
        SELECT id FROM "Upload"
        WHERE state = ${state}::"UploadState" AND "expiresAt" < ${before}::timestamptz
          AND ("inspectingUntil" IS NULL OR "inspectingUntil" < ${before}::timestamptz) ${theirs}
        ORDER BY "expiresAt" LIMIT ${BATCH_SIZE} FOR UPDATE ${others}
      ), ended AS (
        UPDATE "Upload" u SET state = 'expired', "inspectingUntil" = NULL FROM due WHERE u.id = due.id
        RETURNING u.id, u."ownerId", u.key, u.size, u."multipartId", u."expiresAt"
      ), owners AS MATERIALIZED (
        SELECT o.id, e.tickets, e.bytes
        FROM (SELECT "ownerId", count(*)::int AS tickets, sum(size)::bigint AS bytes FROM ended GROUP BY "ownerId") e
        JOIN "User" o ON o.id = e."ownerId" ORDER BY o.id FOR NO KEY UPDATE OF o
      ), room AS (
        UPDATE "User" u SET "openUploads" = u."openUploads" - o.tickets, "storedBytes" = u."storedBytes" - o.bytes
        FROM owners o WHERE u.id = o.id
      ), announced AS (
        DELETE FROM "UploadPart" p USING ended e WHERE p."uploadId" = e.id
      ), doomed AS (
        SELECT e.key, e."multipartId", d."dueAt", row_number() OVER () AS n
        FROM ended e, unnest(ARRAY[${now}::timestamptz, e."expiresAt" + ${limits.sweepGrace}::int * interval '1 second']) WITH ORDINALITY AS d("dueAt", turn)
        WHERE turn = 1 OR d."dueAt" > ${now}::timestamptz
      )
      INSERT INTO "Purge" (id, storage, prefix, "multipartId", "dueAt", "createdAt")
      SELECT i.id, 'private', d.key, d."multipartId", d."dueAt", ${now}::timestamptz
      FROM doomed d JOIN unnest(${ids}::uuid[]) WITH ORDINALITY AS i(id, n) USING (n)
      RETURNING id`,
  );
}

import { type AppContext, secondsFromNow } from "../app-context";
import { retryTransaction } from "../db/conflict";
import { Prisma } from "../db/generated/client";
import { newId } from "../id";

const BATCH_SIZE = 500;

/**
 * The tickets of one member, or of every member except those that another transaction has locked.
 */
type TicketScope = { ownerId: string } | "every member";

/**
 * Expires a member's tickets that are past their time: releases their quota and schedules a purge
 * of the received bytes. Makes no call to the store. Leaves uploads under inspection alone.
 */
export async function expireMemberTickets(context: AppContext, ownerId: string): Promise<void> {
  const purges = await expireUploadBatch(context, "issued", context.clock.now(), { ownerId });
  if (purges.length > 0) await context.onCrashPoint?.("upload.ended");
}

/**
 * Expires every member's tickets that are past their time and the grace, and uploads whose
 * inspection never ended. Schedules a purge of the received bytes. Returns the number of uploads.
 */
export async function expireAbandonedUploads(context: AppContext, signal?: AbortSignal): Promise<number> {
  const before = secondsFromNow(context.clock, -context.limits.sweepGrace);
  let expired = 0;
  for (const state of ["issued", "inspecting"] as const) {
    for (let last = BATCH_SIZE; last === BATCH_SIZE && !signal?.aborted; ) {
      last = (await expireUploadBatch(context, state, before, "every member")).length;
      if (last > 0) await context.onCrashPoint?.("upload.ended");
      expired += last;
    }
  }
  return expired;
}

/**
 * Expires a batch in one statement: sets the state, releases the quota, schedules the purges. Two
 * concurrent batches never expire the same upload, and a completion that starts first keeps its
 * upload. A PUT that started before the ticket's end may still write bytes. If the ticket ended
 * less than the grace ago, a second purge deletes those.
 */
function expireUploadBatch(
  { db, clock, limits }: AppContext,
  state: "issued" | "inspecting",
  before: Date,
  scope: TicketScope,
): Promise<{ id: string }[]> {
  const now = clock.now();
  const ids = Array.from({ length: 2 * BATCH_SIZE }, newId);
  const ofOwner =
    scope === "every member" ? Prisma.empty : Prisma.sql`AND "ownerId" = ${scope.ownerId}::uuid`;
  const lockMode = scope === "every member" ? Prisma.sql`SKIP LOCKED` : Prisma.empty;
  return retryTransaction(
    () => db.$queryRaw<{ id: string }[]>`
      WITH due AS MATERIALIZED (
        SELECT id FROM "Upload"
        WHERE state = ${state}::"UploadState" AND "expiresAt" < ${before}::timestamptz
          AND ("inspectingUntil" IS NULL OR "inspectingUntil" < ${before}::timestamptz) ${ofOwner}
        ORDER BY "expiresAt" LIMIT ${BATCH_SIZE} FOR UPDATE ${lockMode}
      ), expired AS (
        UPDATE "Upload" u SET state = 'expired', "inspectingUntil" = NULL FROM due WHERE u.id = due.id
        RETURNING u.id, u."ownerId", u.key, u.size, u."multipartId", u."expiresAt"
      ), owners AS MATERIALIZED (
        SELECT o.id, e.tickets, e.bytes
        FROM (SELECT "ownerId", count(*)::int AS tickets, sum(size)::bigint AS bytes FROM expired GROUP BY "ownerId") e
        JOIN "User" o ON o.id = e."ownerId" ORDER BY o.id FOR NO KEY UPDATE OF o
      ), quotas AS (
        UPDATE "User" u SET "openUploads" = u."openUploads" - o.tickets, "storedBytes" = u."storedBytes" - o.bytes
        FROM owners o WHERE u.id = o.id
      ), declared_parts AS (
        DELETE FROM "UploadPart" p USING expired e WHERE p."uploadId" = e.id
      ), targets AS (
        SELECT e.key, e."multipartId", d."dueAt", row_number() OVER () AS n
        FROM expired e, unnest(ARRAY[${now}::timestamptz, e."expiresAt" + ${limits.sweepGrace}::int * interval '1 second']) WITH ORDINALITY AS d("dueAt", turn)
        WHERE turn = 1 OR d."dueAt" > ${now}::timestamptz
      )
      INSERT INTO "Purge" (id, storage, prefix, "multipartId", "dueAt", "createdAt")
      SELECT i.id, 'private', t.key, t."multipartId", t."dueAt", ${now}::timestamptz
      FROM targets t JOIN unnest(${ids}::uuid[]) WITH ORDINALITY AS i(id, n) USING (n)
      RETURNING id`,
  );
}

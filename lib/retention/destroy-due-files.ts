import type { AppContext } from "../app-context";
import type { Tx } from "../db/client";
import { retryTransaction } from "../db/conflict";
import { lockUsers } from "../db/lock-user";
import { schedulePurge } from "../files/purge";
import { isHeld } from "./held-in-sql";
import { FIRST_ID } from "./rules";

type RetentionContext = Pick<AppContext, "db" | "clock" | "onCrashPoint">;

const BATCH_SIZE = 500;

/** A place in the list of due files, which is sorted by date and id. */
type Place = { keepUntil: Date; id: string };
type DueFile = Place & { ownerId: string };

/**
 * Ends the retention of every file whose last day is over: no request can read it from now on, and
 * its bytes are scheduled for purge. Record, facts, decisions and access log stay. Leaves out files
 * under a hold, and fields whose files wait for the dates of a new rule. Returns the number of
 * files.
 */
export async function destroyDueFiles(context: RetentionContext, signal?: AbortSignal): Promise<number> {
  let destroyed = 0;
  for (let after: Place | undefined; !signal?.aborted; ) {
    const due = await findDueFiles(context, after);
    destroyed += await retryTransaction(() =>
      context.db.$transaction((tx) => endRetention(tx, context, due)),
    );
    after = due.at(-1);
    if (due.length < BATCH_SIZE) break;
  }
  await context.onCrashPoint?.("purge.scheduled");
  return destroyed;
}

/** Counts the files that a run would destroy now, without those under a hold. */
export async function countDueFiles({ db, clock }: Pick<AppContext, "db" | "clock">): Promise<number> {
  const [row] = await db.$queryRaw<{ files: number }[]>`
    SELECT count(*)::int AS files FROM "File" WHERE "keepUntil" < ${clock.now()} AND NOT ${isHeld()}`;
  return row?.files ?? 0;
}

function findDueFiles({ db, clock }: RetentionContext, after: Place | undefined): Promise<DueFile[]> {
  const { keepUntil, id } = after ?? { keepUntil: new Date(0), id: FIRST_ID };
  return db.$queryRaw<DueFile[]>`
    SELECT id, "ownerId", "keepUntil" FROM "File"
    WHERE "keepUntil" < ${clock.now()} AND ("keepUntil", id) > (${keepUntil}::timestamptz, ${id}::uuid)
      AND NOT ${isHeld()}
      AND field NOT IN (SELECT field FROM "RetentionRule" WHERE "undatedAfter" IS NOT NULL)
    ORDER BY "keepUntil", id LIMIT ${BATCH_SIZE}`;
}

type EndedFile = { id: string; ownerId: string; size: bigint; prefix: string };

/** Ends the retention of those files that are still due. Returns how many. */
async function endRetention(
  tx: Tx,
  context: Pick<RetentionContext, "clock">,
  due: readonly DueFile[],
): Promise<number> {
  const ids = due.map(({ id }) => id);
  // The owner before the file, as each event does. An event may have moved the date meanwhile.
  await lockUsers(
    tx,
    due.map(({ ownerId }) => ownerId),
  );
  const now = context.clock.now();
  const ended = await tx.$queryRaw<EndedFile[]>`
    UPDATE "File" SET "purgedAt" = ${now}, "keepUntil" = NULL, "claimById" = NULL, "claimUntil" = NULL,
      status = CASE status WHEN 'submitted' THEN 'expired' ELSE status END,
      slot = CASE status WHEN 'submitted' THEN NULL ELSE slot END
    WHERE id = ANY(${ids}::uuid[]) AND "purgedAt" IS NULL AND "keepUntil" < ${now} AND NOT ${isHeld()}
    RETURNING id, "ownerId", size, prefix`;
  await releaseQuota(tx, ended);
  await schedulePurge(
    tx,
    context,
    ended.map(({ id, prefix }) => ({ storage: "private", prefix, fileId: id, reason: "retention" })),
  );
  return ended.length;
}

/** Takes the sizes of ended files from the quotas of their owners. */
export async function releaseQuota(
  tx: Tx,
  ended: readonly { ownerId: string; size: bigint }[],
): Promise<void> {
  await tx.$executeRaw`
    UPDATE "User" u SET "storedBytes" = u."storedBytes" - freed.size
    FROM (
      SELECT owner, sum(size)::bigint AS size
      FROM unnest(${ended.map(({ ownerId }) => ownerId)}::uuid[], ${ended.map(({ size }) => size)}::bigint[]) AS f(owner, size)
      GROUP BY owner
    ) freed WHERE u.id = freed.owner`;
}

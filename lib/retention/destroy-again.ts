import type { AppContext } from "../app-context";
import type { Tx } from "../db/client";
import { retryTransaction } from "../db/conflict";
import { lockUsers } from "../db/lock-user";
import { type PurgeTarget, schedulePurge } from "../files/purge";
import type { PurgeReason } from "../files/purge-reason";
import { refreshRequests } from "../requests/refresh-requests";
import { releaseQuota } from "./destroy-due-files";
import type { ReturnedFiles, ReturnedRow } from "./find-returned";

type DestroyContext = Pick<AppContext, "db" | "clock" | "onCrashPoint">;

/**
 * Ends destroyed files that a restored backup has brought back, as their first end did, and
 * schedules their bytes for purge. No hold counts: the bytes were destroyed when there was none.
 * Returns the number of files; of one that another process ends at the same time, one counts it.
 */
export async function scheduleDestruction(
  context: DestroyContext,
  { rows, bytes }: Pick<ReturnedFiles, "rows" | "bytes">,
): Promise<number> {
  const ended = await retryTransaction(() => context.db.$transaction((tx) => endAgain(tx, context, rows)));
  await context.db.$transaction((tx) =>
    schedulePurge(
      tx,
      context,
      bytes.flatMap(({ targets }) => targets),
    ),
  );
  if (ended + bytes.length > 0) await context.onCrashPoint?.("purge.scheduled");
  return ended + bytes.length;
}

type EndedFile = {
  id: string;
  ownerId: string;
  field: string;
  size: bigint;
  prefix: string;
  publicPrefix: string | null;
  reason: PurgeReason;
};

async function endAgain(
  tx: Tx,
  context: Pick<DestroyContext, "clock">,
  rows: readonly ReturnedRow[],
): Promise<number> {
  if (rows.length === 0) return 0;
  // The owner before the file, as each event does.
  await lockUsers(
    tx,
    rows.map(({ ownerId }) => ownerId),
  );
  const ended = await tx.$queryRaw<EndedFile[]>`
    UPDATE "File" f SET "purgedAt" = ${context.clock.now()}, "keepUntil" = NULL, "claimById" = NULL, "claimUntil" = NULL,
      "publicPrefix" = NULL,
      status = CASE WHEN old.reason IN ('withdrawn', 'superseded') THEN old.reason::"FileStatus"
        WHEN f.status = 'submitted' THEN 'expired' ELSE f.status END,
      slot = CASE WHEN old.reason IN ('withdrawn', 'superseded') OR f.status = 'submitted' THEN NULL ELSE f.slot END
    FROM (
      SELECT o.id, o."publicPrefix", r.reason
      FROM unnest(${rows.map(({ fileId }) => fileId)}::uuid[], ${rows.map(({ reason }) => reason)}::text[]) AS r(id, reason)
      JOIN "File" o ON o.id = r.id WHERE o."purgedAt" IS NULL FOR UPDATE OF o
    ) old
    WHERE f.id = old.id
    RETURNING f.id, f."ownerId", f.field, f.size, f.prefix, old."publicPrefix", old.reason`;
  await refreshRequests(tx, ended);
  await releaseQuota(tx, ended);
  await schedulePurge(tx, context, ended.flatMap(listTargets));
  return ended.length;
}

function listTargets({ id, prefix, publicPrefix, reason }: EndedFile): PurgeTarget[] {
  return [
    ...(publicPrefix === null
      ? []
      : [{ storage: "public" as const, prefix: publicPrefix, fileId: id, reason }]),
    { storage: "private", prefix, fileId: id, reason },
  ];
}

import type { AppContext } from "../../lib/app-context";
import { addDuration } from "../../lib/fields/duration";
import { findField } from "../../lib/files/file";
import { executePurges, schedulePurge } from "../../lib/files/purge";

// The demo's history is longer than the retention of its fields, and no job has run in it.

/** Sets `expired` on each approval past its date. */
export async function expireApprovals({ db, clock }: AppContext): Promise<void> {
  await db.file.updateMany({
    where: { status: "approved", validUntil: { lte: clock.now() } },
    data: { status: "expired" },
  });
}

/** Deletes the bytes of each document past its retention. Record, facts and decisions stay. */
export async function purgeExpiredDocuments(context: AppContext): Promise<void> {
  const { db, clock } = context;
  for (const file of await db.file.findMany({ where: { decidedAt: { not: null }, purgedAt: null } })) {
    const retention = findField(file)?.retention;
    if (!file.decidedAt || retention?.from !== "decision") continue;
    const purgedAt = addDuration(file.decidedAt, retention.for);
    if (purgedAt > clock.now()) continue;
    const purgeIds = await db.$transaction(async (tx) => {
      await tx.file.update({ where: { id: file.id }, data: { purgedAt } });
      await tx.user.update({ where: { id: file.ownerId }, data: { storedBytes: { decrement: file.size } } });
      return schedulePurge(tx, context, [
        { storage: "private", prefix: file.prefix, fileId: file.id, reason: "retention" },
      ]);
    });
    await executePurges(context, purgeIds);
  }
}

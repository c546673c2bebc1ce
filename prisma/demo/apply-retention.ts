import type { AppContext } from "../../lib/app-context";
import { addDuration } from "../../lib/fields/duration";
import { findField } from "../../lib/files/file";
import { executePurges, schedulePurge } from "../../lib/files/purge";

// What time has done since: the demo's past is as long as the fields' rules, which nobody has carried out in it.

/** Approvals whose day has passed have run out. */
export async function expireApprovals({ db, clock }: AppContext): Promise<void> {
  await db.file.updateMany({
    where: { status: "approved", validUntil: { lte: clock.now() } },
    data: { status: "expired" },
  });
}

/** Documents whose retention ended have lost their bytes on that day; record, facts and decisions stay. */
export async function purgeExpiredDocuments(deps: AppContext): Promise<void> {
  const { db, clock } = deps;
  for (const file of await db.file.findMany({ where: { decidedAt: { not: null }, purgedAt: null } })) {
    const retention = findField(file)?.retention;
    if (!file.decidedAt || retention?.from !== "decision") continue;
    const day = addDuration(file.decidedAt, retention.for);
    if (day > clock.now()) continue;
    const purges = await db.$transaction(async (tx) => {
      await tx.file.update({ where: { id: file.id }, data: { purgedAt: day } });
      await tx.user.update({ where: { id: file.ownerId }, data: { storedBytes: { decrement: file.size } } });
      return schedulePurge(tx, deps, [
        { storage: "private", prefix: file.prefix, fileId: file.id, reason: "retention" },
      ]);
    });
    await executePurges(deps, purges);
  }
}

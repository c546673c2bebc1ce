import type { Viewer } from "../permissions/viewer";
import type { Tx } from "../db/client";
import { retryTransaction } from "../db/conflict";
import type { AppContext } from "../app-context";
import { findOwnFile } from "../permissions/read";
import { executePurges, schedulePurge, type PurgeReason, findDuePurgeIds } from "./purge";

/**
 * Withdraws a file: its bytes are destroyed, its record stays. Again: nothing more happens. Where the store is away the answer is
 * `unavailable`, the file is withdrawn all the same, and the sweep destroys the bytes. Errors: not_found, unavailable.
 */
export async function withdrawFile(deps: AppContext, viewer: Viewer, id: string): Promise<void> {
  const { db, clock } = deps;
  const file = await findOwnFile(deps, viewer, id);
  const withdraw = async (tx: Tx) => {
    const { count } = await tx.file.updateMany({
      where: { id: file.id, purgedAt: null },
      data: { status: "withdrawn", slot: null, purgedAt: clock.now(), claimById: null, claimUntil: null },
    });
    if (count === 0) return null;
    // Read again: a publication may have come in between.
    const { publicPrefix } = await tx.file.findUniqueOrThrow({
      where: { id: file.id },
      select: { publicPrefix: true },
    });
    await tx.file.update({ where: { id: file.id }, data: { publicPrefix: null } });
    await tx.user.update({ where: { id: file.ownerId }, data: { storedBytes: { decrement: file.size } } });
    const whose: { fileId: string; reason: PurgeReason } = { fileId: file.id, reason: "withdrawn" };
    return schedulePurge(tx, deps, [
      ...(publicPrefix ? [{ storage: "public" as const, prefix: publicPrefix, ...whose }] : []),
      { storage: "private" as const, prefix: file.prefix, ...whose },
    ]);
  };
  // A completion of the same member takes file and owner in the other order, and may have to be waited for.
  const purges = await retryTransaction(() => db.$transaction(withdraw));
  deps.profileCards?.invalidateTag(file.ownerId);
  await deps.onCrashPoint?.("purge.scheduled");
  // A try before this one may have found the store away.
  await executePurges(deps, purges ?? (await findDuePurgeIds(deps, file.id)));
}

import type { AppContext } from "../app-context";
import type { Tx } from "../db/client";
import { retryTransaction } from "../db/conflict";
import { lockUser } from "../db/lock-user";
import { Problem } from "../errors";
import { findOwnFile } from "../permissions/read";
import type { Viewer } from "../permissions/viewer";
import { refreshRequests } from "../requests/refresh-requests";
import { findHeldFileIds } from "../retention/holds";
import { executePurges, findDuePurgeIds, schedulePurge } from "./purge";

/**
 * Withdraws a file: deletes its bytes and keeps its record. A repeat changes nothing. If the store
 * is unavailable the file is withdrawn all the same, and the sweep deletes the bytes.
 * Errors: not_found; held; unavailable.
 */
export async function withdrawFile(context: AppContext, viewer: Viewer, id: string): Promise<void> {
  const { db, clock } = context;
  const file = await findOwnFile(context, viewer, id);
  const withdraw = async (tx: Tx) => {
    // First, as a completion and a decision do: they lock the owner before the file.
    await lockUser(tx, file.ownerId);
    if ((await findHeldFileIds({ db: tx }, file.ownerId)).has(file.id))
      throw new Problem(
        "held",
        "There is a hold on this document. We must keep it until an admin releases it.",
      );
    const { count } = await tx.file.updateMany({
      where: { id: file.id, purgedAt: null },
      data: {
        status: "withdrawn",
        slot: null,
        alt: "",
        purgedAt: clock.now(),
        keepUntil: null,
        claimById: null,
        claimUntil: null,
      },
    });
    if (count === 0) return null;
    // Read again: a publication may have changed it since the first read.
    const { publicPrefix } = await tx.file.findUniqueOrThrow({
      where: { id: file.id },
      select: { publicPrefix: true },
    });
    await tx.file.update({ where: { id: file.id }, data: { publicPrefix: null } });
    await refreshRequests(tx, [file]);
    await tx.user.update({ where: { id: file.ownerId }, data: { storedBytes: { decrement: file.size } } });
    const ofFile = { fileId: file.id, reason: "withdrawn" } as const;
    return schedulePurge(tx, context, [
      ...(publicPrefix ? [{ storage: "public" as const, prefix: publicPrefix, ...ofFile }] : []),
      { storage: "private" as const, prefix: file.prefix, ...ofFile },
    ]);
  };
  const purgeIds = await retryTransaction(() => db.$transaction(withdraw));
  context.profileCards?.invalidateTag(file.ownerId);
  await context.onCrashPoint?.("purge.scheduled");
  // An earlier attempt may have found the store unavailable.
  await executePurges(context, purgeIds ?? (await findDuePurgeIds(context, file.id)));
}

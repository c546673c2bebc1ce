import type { Deps } from "../deps";
import { carryOutSoon, doom } from "../files/purge";

/**
 * Ends a member's tickets whose time is over: their room in the quota is free again, and what may have arrived is destroyed. A completion that
 * is under way has moved its upload on, and is left alone.
 */
export async function expireTickets(deps: Deps, ownerId: string): Promise<void> {
  const { db, clock } = deps;
  const purges = await db.$transaction(async (tx) => {
    // One statement takes them: of two that run at once, each upload is ended by one.
    const ended = await tx.upload.updateManyAndReturn({
      where: { ownerId, state: "issued", expiresAt: { lt: clock.now() } },
      data: { state: "expired" },
      select: { id: true, key: true, size: true, multipartId: true },
    });
    const bytes = ended.reduce((sum, { size }) => sum + size, 0n);
    await tx.user.update({
      where: { id: ownerId },
      data: { openUploads: { decrement: ended.length }, storedBytes: { decrement: bytes } },
    });
    await tx.uploadPart.deleteMany({ where: { uploadId: { in: ended.map(({ id }) => id) } } });
    const doomed = ended.map(({ key, multipartId }) => ({
      storage: "private" as const,
      prefix: key,
      ...(multipartId === null ? {} : { multipartId }),
    }));
    return doom(tx, deps, doomed);
  });
  if (purges.length > 0) await deps.reached?.("upload.ended");
  await carryOutSoon(deps, purges);
}

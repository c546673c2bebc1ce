import type { AppContext } from "../app-context";
import { Problem } from "../errors";
import type { FileRow } from "./file";
import { preparePublication } from "./publication";
import { executePurges, schedulePurge, discardPending, cancelPurge } from "./purge";

/**
 * Publishes a picture anew, from the variants of the private storage: for a publication that has lost objects. The new one is whole before the
 * pointer moves, and the old address dies with it. Errors: conflict, where the picture is hidden or changed meanwhile; unavailable.
 */
export async function republishPicture(deps: AppContext, file: FileRow): Promise<void> {
  const { id, publicPrefix, cut } = file;
  if (publicPrefix === null) return;
  const prepared = await preparePublication(deps, file);
  let purges: string[];
  try {
    purges = await deps.db.$transaction(async (tx) => {
      const { count } = await tx.file.updateMany({
        where: { id, publicPrefix, cut, purgedAt: null },
        data: { publicPrefix: prepared.publicPrefix },
      });
      if (count === 0)
        throw new Problem("conflict", "The picture is being changed elsewhere. Please look again.");
      await cancelPurge(tx, deps, prepared.purgeIds);
      return schedulePurge(tx, deps, [{ storage: "public", prefix: publicPrefix, fileId: id, reason: "unused" }]);
    });
  } catch (thrown) {
    await discardPending(deps, prepared, thrown);
    throw thrown;
  }
  await executePurges(deps, purges);
}

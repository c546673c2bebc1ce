import type { Deps } from "../deps";
import { Problem } from "../errors";
import type { FileRow } from "./file";
import { preparePublication } from "./publication";
import { carryOut, doom, giveUp, spare } from "./purge";

/**
 * Publishes a picture anew, from the variants of the private storage: for a publication that has lost objects. The new one is whole before the
 * pointer moves, and the old address dies with it. Errors: conflict, where the picture is hidden or changed meanwhile; unavailable.
 */
export async function republish(deps: Deps, file: FileRow): Promise<void> {
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
      await spare(tx, deps, prepared.dooms);
      return doom(tx, deps, [{ storage: "public", prefix: publicPrefix, fileId: id, reason: "unused" }]);
    });
  } catch (thrown) {
    await giveUp(deps, prepared, thrown);
    throw thrown;
  }
  await carryOut(deps, purges);
}

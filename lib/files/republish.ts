import type { AppContext } from "../app-context";
import { type FileRow, pictureChangedProblem } from "./file";
import { preparePublication } from "./publication";
import { cancelPurge, discardPending, executePurges, schedulePurge } from "./purge";

/**
 * Publishes a picture again from its private variants, after its publication lost objects. The new
 * copies are complete before `publicPrefix` changes; the old URLs then stop working.
 * Errors: conflict, if the picture was hidden or changed at the same time; unavailable.
 */
export async function republishPicture(context: AppContext, file: FileRow): Promise<void> {
  const { id, publicPrefix, cut } = file;
  if (publicPrefix === null) return;
  const prepared = await preparePublication(context, file);
  let purgeIds: string[];
  try {
    purgeIds = await context.db.$transaction(async (tx) => {
      const { count } = await tx.file.updateMany({
        where: { id, publicPrefix, cut, purgedAt: null },
        data: { publicPrefix: prepared.publicPrefix },
      });
      if (count === 0) throw pictureChangedProblem();
      await cancelPurge(tx, context, prepared.purgeIds);
      return schedulePurge(tx, context, [
        { storage: "public", prefix: publicPrefix, fileId: id, reason: "unused" },
      ]);
    });
  } catch (error) {
    await discardPending(context, prepared, error);
    throw error;
  }
  await executePurges(context, purgeIds);
}

import type { Tx } from "../db/client";
import { retryTransaction } from "../db/conflict";
import type { AppContext } from "../app-context";
import { Problem } from "../errors";
import { randomName } from "../id";
import type { Crop } from "../inspect/crop";
import { runAll } from "../run-all";
import { readAll } from "../storage/read-all";
import { cutPrefix, type FileRow, originalKey, type StoredVariant, variantKey, variantsSchema } from "./file";
import { preparePublication } from "./publication";
import { executePurges, type PurgeTarget, schedulePurge, discardPending, type PurgeReason, cancelPurge } from "./purge";

/** Longer than it takes to make a handful of variants and to copy them. */
const RENDER_SECONDS = 120;

/**
 * New variants from the rendition, in a folder of their own; the old cut is destroyed with the change. Where the picture is published, the new
 * cut is there before the pointer moves, and the old address dies with it, so that a part that was cropped away does not stay reachable. Without a
 * crop it is the middle. Errors: conflict, not_found where the rendition itself is not there, unavailable.
 */
export async function recropPicture(deps: AppContext, file: FileRow, crop: Crop | null): Promise<void> {
  const { db } = deps;
  const next = { ...file, cut: randomName() };
  const doomed: PurgeTarget[] = [
    { storage: "private", prefix: cutPrefix(next), fileId: file.id, reason: "unused" },
  ];
  const dooms = await db.$transaction((tx) =>
    schedulePurge(tx, deps, doomed, RENDER_SECONDS + deps.limits.sweepGrace),
  );
  let purges: string[];
  try {
    const { variants, placeholder } = await renderAndStoreVariants(deps, next, crop);
    await deps.onCrashPoint?.("recrop.rendered");
    const prepared =
      file.publicPrefix === null ? null : await preparePublication(deps, { ...next, variants });
    if (prepared) {
      doomed.push(...prepared.purgeTargets);
      dooms.push(...prepared.purgeIds);
    }
    const point = async (tx: Tx) => {
      const { count } = await tx.file.updateMany({
        where: { id: file.id, publicPrefix: file.publicPrefix, cut: file.cut, purgedAt: null },
        data: {
          ...(crop ? { crop } : {}),
          variants,
          placeholder,
          cut: next.cut,
          ...(prepared ? { publicPrefix: prepared.publicPrefix } : {}),
        },
      });
      if (count === 0)
        throw new Problem("conflict", "The picture is being changed elsewhere. Please look again.");
      await cancelPurge(tx, deps, dooms);
      return schedulePurge(tx, deps, previousCutTargets(file));
    };
    purges = await retryTransaction(() => db.$transaction(point));
  } catch (thrown) {
    await discardPending(deps, { purgeTargets: doomed, purgeIds: dooms }, thrown);
    throw thrown;
  }
  await deps.onCrashPoint?.("recrop.switched");
  await executePurges(deps, purges);
}

/** What a picture's cut and its publication consist of. The first cut has no folder of its own, and goes one by one. */
function previousCutTargets(file: FileRow): PurgeTarget[] {
  const { publicPrefix } = file;
  const whose: { fileId: string; reason: PurgeReason } = { fileId: file.id, reason: "recropped" };
  const keys =
    file.cut === null
      ? variantsSchema.parse(file.variants).map(({ name }) => variantKey(file, name))
      : [cutPrefix(file)];
  return [
    ...keys.map((prefix) => ({ storage: "private" as const, prefix, ...whose })),
    ...(publicPrefix === null ? [] : [{ storage: "public" as const, prefix: publicPrefix, ...whose }]),
  ];
}

async function renderAndStoreVariants(
  { storages }: AppContext,
  file: FileRow,
  crop: Crop | null,
): Promise<{ variants: StoredVariant[]; placeholder: string }> {
  const { renderVariants } = await import("../inspect/variants");
  const rendition = await readAll(await storages.private.read(originalKey(file)));
  const { variants, placeholder } = await renderVariants(rendition, crop ?? undefined);
  await runAll(variants, ({ name, data, type }) =>
    storages.private.put(variantKey(file, name), data, { type, size: data.length }),
  );
  const stored = variants.map(({ name, width, height, type, data }) => ({
    name,
    width,
    height,
    type,
    size: data.length,
  }));
  return { variants: stored, placeholder };
}

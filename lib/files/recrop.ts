import type { Tx } from "../db/client";
import { retried } from "../db/conflict";
import type { Deps } from "../deps";
import { Problem } from "../errors";
import { randomName } from "../id";
import type { Crop } from "../inspect/crop";
import { sideBySide } from "../side-by-side";
import { collect } from "../storage/collect";
import { cutPrefix, type FileRow, originalKey, type StoredVariant, variantKey, variantsSchema } from "./file";
import { preparePublication } from "./publication";
import { carryOut, type Doomed, doom, giveUp, type PurgeReason, spare } from "./purge";

/** Longer than it takes to make a handful of variants and to copy them. */
const CUTTING_SECONDS = 120;

/**
 * New variants from the rendition, in a folder of their own; the old cut is destroyed with the change. Where the picture is published, the new
 * cut is there before the pointer moves, and the old address dies with it, so that a part that was cropped away does not stay reachable. Without a
 * crop it is the middle. Errors: conflict, not_found where the rendition itself is not there, unavailable.
 */
export async function recrop(deps: Deps, file: FileRow, crop: Crop | null): Promise<void> {
  const { db } = deps;
  const next = { ...file, cut: randomName() };
  const doomed: Doomed[] = [
    { storage: "private", prefix: cutPrefix(next), fileId: file.id, reason: "unused" },
  ];
  const dooms = await db.$transaction((tx) =>
    doom(tx, deps, doomed, CUTTING_SECONDS + deps.limits.sweepGrace),
  );
  let purges: string[];
  try {
    const { variants, placeholder } = await cut(deps, next, crop);
    await deps.reached?.("recrop.cut");
    const prepared =
      file.publicPrefix === null ? null : await preparePublication(deps, { ...next, variants });
    if (prepared) {
      doomed.push(...prepared.doomed);
      dooms.push(...prepared.dooms);
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
      await spare(tx, deps, dooms);
      return doom(tx, deps, oldCut(file));
    };
    purges = await retried(() => db.$transaction(point));
  } catch (thrown) {
    await giveUp(deps, { doomed, dooms }, thrown);
    throw thrown;
  }
  await deps.reached?.("recrop.pointed");
  await carryOut(deps, purges);
}

/** What a picture's cut and its publication consist of. The first cut has no folder of its own, and goes one by one. */
function oldCut(file: FileRow): Doomed[] {
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

async function cut(
  { storages }: Deps,
  file: FileRow,
  crop: Crop | null,
): Promise<{ variants: StoredVariant[]; placeholder: string }> {
  const { renderVariants } = await import("../inspect/variants");
  const rendition = await collect(await storages.private.read(originalKey(file)));
  const { variants, placeholder } = await renderVariants(rendition, crop ?? undefined);
  await sideBySide(variants, ({ name, data, type }) =>
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

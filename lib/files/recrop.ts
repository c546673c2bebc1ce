import type { AppContext } from "../app-context";
import { runAll } from "../concurrency";
import type { Tx } from "../db/client";
import { retryTransaction } from "../db/conflict";
import { randomName } from "../id";
import type { Crop } from "../inspect/crop";
import { withDecoder } from "../inspect/decode";
import {
  cropPrefix,
  type FileRow,
  originalKey,
  pictureChangedProblem,
  type StoredVariant,
  variantKey,
  variantsSchema,
} from "./file";
import { preparePublication } from "./publication";
import { cancelPurge, discardPending, executePurges, type PurgeTarget, schedulePurge } from "./purge";

/** Longer than rendering and copying the variants of one picture takes. */
const RENDER_SECONDS = 120;

/**
 * Crops a picture again: renders new variants from its rendition under a prefix of their own, and
 * deletes the old ones. A published picture gets a new public URL, and the old one stops working,
 * so that no part outside the new crop stays public. Null crops the middle.
 * Errors: conflict; not_found, if the rendition does not exist; unavailable.
 */
export async function recropPicture(context: AppContext, file: FileRow, crop: Crop | null): Promise<void> {
  const { db } = context;
  const next = { ...file, cut: randomName() };
  const purgeTargets: PurgeTarget[] = [
    { storage: "private", prefix: cropPrefix(next), fileId: file.id, reason: "unused" },
  ];
  const purgeIds = await db.$transaction((tx) =>
    schedulePurge(tx, context, purgeTargets, RENDER_SECONDS + context.limits.sweepGrace),
  );
  let oldPurgeIds: string[];
  try {
    const { variants, placeholder } = await renderAndStoreVariants(context, next, crop);
    await context.onCrashPoint?.("recrop.rendered");
    const prepared =
      file.publicPrefix === null ? null : await preparePublication(context, { ...next, variants });
    if (prepared) {
      purgeTargets.push(...prepared.purgeTargets);
      purgeIds.push(...prepared.purgeIds);
    }
    const commit = async (tx: Tx) => {
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
      if (count === 0) throw pictureChangedProblem();
      await cancelPurge(tx, context, purgeIds);
      return schedulePurge(tx, context, oldCropTargets(file));
    };
    oldPurgeIds = await retryTransaction(() => db.$transaction(commit));
  } catch (error) {
    await discardPending(context, { purgeTargets, purgeIds }, error);
    throw error;
  }
  await context.onCrashPoint?.("recrop.switched");
  await executePurges(context, oldPurgeIds);
}

/** The first crop shares its prefix with the original, so its variants are purged key by key. */
function oldCropTargets(file: FileRow): PurgeTarget[] {
  const { publicPrefix } = file;
  const ofFile = { fileId: file.id, reason: "recropped" } as const;
  const prefixes =
    file.cut === null
      ? variantsSchema.parse(file.variants).map(({ name }) => variantKey(file, name))
      : [cropPrefix(file)];
  return [
    ...prefixes.map((prefix) => ({ storage: "private" as const, prefix, ...ofFile })),
    ...(publicPrefix === null ? [] : [{ storage: "public" as const, prefix: publicPrefix, ...ofFile }]),
  ];
}

async function renderAndStoreVariants(
  { storages, decoders }: AppContext,
  file: FileRow,
  crop: Crop | null,
): Promise<{ variants: StoredVariant[]; placeholder: string }> {
  const { variants, placeholder } = await withDecoder(
    decoders,
    { person: file.ownerId, purpose: "image" },
    async (decoder) => {
      const stream = await storages.private.read(originalKey(file));
      return decoder.run("renderVariants", { size: Number(file.size), stream }, { crop: crop ?? undefined });
    },
  );
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

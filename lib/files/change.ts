import { z } from "zod";
import type { Viewer } from "../accounts/viewer";
import type { Deps } from "../deps";
import { Problem } from "../errors";
import { randomName } from "../id";
import { type Crop, cropSchema } from "../inspect/crop";
import { collect } from "../storage/collect";
import {
  cutPrefix,
  type FileRow,
  fieldOf,
  originalKey,
  type StoredVariant,
  variantKey,
  variantsSchema,
} from "./file";
import { findOwnFile } from "./find";
import { preparePublication, settlePublication, takeDown, unsettle } from "./publication";
import { carryOut, carryOutSoon, type Doomed, doom, type PurgeReason, spare } from "./purge";

export const fileChangeSchema = z
  .strictObject({ visibility: z.enum(["public", "private"]).optional(), crop: cropSchema.optional() })
  .refine(({ visibility, crop }) => visibility !== undefined || crop !== undefined, "must change something");

export type FileChange = z.infer<typeof fileChangeSchema>;

/** Changes a file's flag or crop; the bytes are where the flag says when this resolves. Errors: not_found, conflict, purged, unavailable. */
export async function change(
  deps: Deps,
  viewer: Viewer,
  id: string,
  { visibility, crop }: FileChange,
): Promise<FileRow> {
  const file = await findOwnFile(deps, viewer, id);
  if (visibility !== undefined && fieldOf(file)?.visibility !== "owner") {
    throw new Problem("conflict", "Who sees this kind of file is fixed.");
  }
  if (crop !== undefined && file.variants === null)
    throw new Problem("conflict", "Only a picture can be cropped.");
  if (file.purgedAt) throw new Problem("purged", "The file has been destroyed; its record stays.");
  if (visibility !== undefined) await flag(deps, file.id, visibility);
  if (crop !== undefined) await recrop(deps, await findOwnFile(deps, viewer, id), crop);
  return settlePublication(deps, file.id);
}

/** Hiding drops the pointer in the same transaction: there is no moment at which the flag says private and pages still show the picture. */
async function flag(deps: Deps, id: string, visibility: "public" | "private"): Promise<void> {
  const purges = await deps.db.$transaction(async (tx) => {
    await unsettle(tx, deps, { id });
    await tx.file.updateMany({ where: { id, purgedAt: null }, data: { visibility } });
    return visibility === "private" ? takeDown(tx, deps, { id }) : [];
  });
  await deps.reached?.("visibility.flagged");
  if (purges.length > 0) {
    await deps.reached?.("visibility.pointed");
    await deps.reached?.("purge.written");
  }
  await carryOut(deps, purges);
}

/** Longer than it takes to make a handful of variants and to copy them. */
const CUTTING_SECONDS = 120;

/**
 * New variants from the rendition, in a folder of their own; the old cut is destroyed with the change. Where the picture is published, the new
 * cut is there before the pointer moves, and the old address dies with it, so that a part that was cropped away does not stay reachable.
 */
async function recrop(deps: Deps, file: FileRow, crop: Crop): Promise<void> {
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
    if (prepared) dooms.push(...prepared.dooms);
    purges = await db.$transaction(async (tx) => {
      const { count } = await tx.file.updateMany({
        where: { id: file.id, publicPrefix: file.publicPrefix, cut: file.cut, purgedAt: null },
        data: {
          crop,
          variants,
          placeholder,
          cut: next.cut,
          ...(prepared ? { publicPrefix: prepared.publicPrefix } : {}),
        },
      });
      if (count === 0)
        throw new Problem("conflict", "The picture is being changed elsewhere. Please look again.");
      if (!(await spare(tx, deps, dooms)))
        throw new Problem("conflict", "This took too long. Please try again.");
      return doom(tx, deps, oldCut(file));
    });
  } catch (thrown) {
    await carryOutSoon(deps, dooms);
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
  crop: Crop,
): Promise<{ variants: StoredVariant[]; placeholder: string }> {
  const { renderVariants } = await import("../inspect/variants");
  const rendition = await collect(await storages.private.read(originalKey(file)));
  const { variants, placeholder } = await renderVariants(rendition, crop);
  for (const { name, data, type } of variants)
    await storages.private.put(variantKey(file, name), data, { type, size: data.length });
  const stored = variants.map(({ name, width, height, type, data }) => ({
    name,
    width,
    height,
    type,
    size: data.length,
  }));
  return { variants: stored, placeholder };
}

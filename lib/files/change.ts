import { z } from "zod";
import type { Viewer } from "../accounts/viewer";
import type { Deps } from "../deps";
import { Problem } from "../errors";
import { type Crop, cropSchema } from "../inspect/crop";
import { collect } from "../storage/collect";
import { type FileRow, fieldOf, originalKey, type StoredVariant } from "./file";
import { findOwnFile } from "./find";
import { preparePublication, settlePublication } from "./publication";
import { carryOut, carryOutSoon, doom, spare } from "./purge";

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
  if (visibility !== undefined) {
    await deps.db.file.updateMany({ where: { id: file.id, purgedAt: null }, data: { visibility } });
    await deps.reached?.("visibility.flagged");
  }
  if (crop !== undefined) await recrop(deps, file, crop);
  return settlePublication(deps, file.id);
}

/**
 * New variants from the rendition. Where the picture is published, the new cut is there before the pointer moves, and the old address dies
 * with it, so that a part that was cropped away does not stay reachable.
 */
async function recrop(deps: Deps, file: FileRow, crop: Crop): Promise<void> {
  const { db } = deps;
  const { variants, placeholder } = await cut(deps, file, crop);
  await deps.reached?.("recrop.cut");
  const prepared = file.publicPrefix === null ? null : await preparePublication(deps, { ...file, variants });
  const purges = await db.$transaction(async (tx) => {
    const { count } = await tx.file.updateMany({
      where: { id: file.id, publicPrefix: file.publicPrefix, purgedAt: null },
      data: { crop, variants, placeholder, publicPrefix: prepared?.publicPrefix ?? null },
    });
    if (count === 0) return null;
    if (prepared && !(await spare(tx, deps, prepared.dooms)))
      throw new Problem("conflict", "This took too long. Please try again.");
    return doom(
      tx,
      deps,
      file.publicPrefix === null ? [] : [{ storage: "public", prefix: file.publicPrefix, fileId: file.id }],
    );
  });
  if (purges === null) {
    await carryOutSoon(deps, prepared?.dooms ?? []);
    throw new Problem("conflict", "The picture is being changed elsewhere. Please look again.");
  }
  await deps.reached?.("recrop.pointed");
  await carryOut(deps, purges);
}

async function cut(
  { storages }: Deps,
  file: FileRow,
  crop: Crop,
): Promise<{ variants: StoredVariant[]; placeholder: string }> {
  const { renderVariants } = await import("../inspect/variants");
  const rendition = await collect(await storages.private.read(originalKey(file)));
  const { variants, placeholder } = await renderVariants(rendition, crop);
  for (const { name, data, type } of variants) {
    // Names are hashes: what is there already is the same.
    if (!(await storages.private.stat(`${file.prefix}${name}`))) {
      await storages.private.put(`${file.prefix}${name}`, data, { type, size: data.length });
    }
  }
  const stored = variants.map(({ name, width, height, type, data }) => ({
    name,
    width,
    height,
    type,
    size: data.length,
  }));
  return { variants: stored, placeholder };
}

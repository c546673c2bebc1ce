import { z } from "zod";
import type { Viewer } from "../permissions/viewer";
import type { Tx } from "../db/client";
import { retryTransaction } from "../db/conflict";
import type { AppContext } from "../app-context";
import { Problem } from "../errors";
import { cropSchema } from "../inspect/crop";
import { type FileRow, findField } from "./file";
import { findOwnFile } from "../permissions/read";
import { syncPublication, unpublishPictures, markOutOfSync } from "./publication";
import { executePurges } from "./purge";
import { recropPicture } from "./recrop";

export const fileChangeSchema = z
  .strictObject({ visibility: z.enum(["public", "private"]).optional(), crop: cropSchema.optional() })
  .refine(({ visibility, crop }) => visibility !== undefined || crop !== undefined, "must change something");

export type FileChange = z.infer<typeof fileChangeSchema>;

/** Changes a file's flag or crop; the bytes are where the flag says when this resolves. Errors: not_found, conflict, purged, unavailable. */
export async function changeFile(
  deps: AppContext,
  viewer: Viewer,
  id: string,
  { visibility, crop }: FileChange,
): Promise<FileRow> {
  const file = await findOwnFile(deps, viewer, id);
  if (visibility !== undefined && findField(file)?.visibility !== "owner") {
    throw new Problem("conflict", "Who sees this kind of file is fixed.");
  }
  if (crop !== undefined && file.variants === null)
    throw new Problem("conflict", "Only a picture can be cropped.");
  if (file.purgedAt) throw new Problem("purged", "The file has been destroyed; its record stays.");
  if (visibility !== undefined) await setVisibility(deps, file.id, visibility);
  if (crop !== undefined) await recropPicture(deps, await findOwnFile(deps, viewer, id), crop);
  return syncPublication(deps, file.id);
}

/** Hiding drops the pointer in the same transaction: there is no moment at which the flag says private and pages still show the picture. */
async function setVisibility(deps: AppContext, id: string, visibility: "public" | "private"): Promise<void> {
  const move = async (tx: Tx) => {
    await markOutOfSync(tx, deps, { id });
    await tx.file.updateMany({ where: { id, purgedAt: null }, data: { visibility } });
    return visibility === "private" ? unpublishPictures(tx, deps, { id }) : [];
  };
  const purges = await retryTransaction(() => deps.db.$transaction(move));
  await deps.onCrashPoint?.("visibility.flagged");
  if (purges.length > 0) {
    await deps.onCrashPoint?.("visibility.switched");
    await deps.onCrashPoint?.("purge.scheduled");
  }
  await executePurges(deps, purges);
}

import { z } from "zod";
import type { AppContext } from "../app-context";
import type { Tx } from "../db/client";
import { retryTransaction } from "../db/conflict";
import { Problem } from "../errors";
import { cropSchema } from "../inspect/crop";
import { findOwnFile } from "../permissions/read";
import type { Viewer } from "../permissions/viewer";
import { singleLineText } from "../text-schemas";
import { type FileRow, findField, requireNotPurged } from "./file";
import { markOutOfSync, syncPublication, unpublishPictures } from "./publication";
import { executePurges } from "./purge";
import { recropPicture } from "./recrop";

export const fileChangeSchema = z
  .strictObject({
    visibility: z.enum(["public", "private"]).optional(),
    crop: cropSchema.optional(),
    alt: singleLineText({ max: 250 }).optional(),
  })
  .refine((change) => Object.values(change).some((value) => value !== undefined), "must change something");

export type FileChange = z.infer<typeof fileChangeSchema>;

/**
 * Changes the visibility, the crop or the alternative text of the viewer's file. When it resolves,
 * the bytes are where the flag says. Errors: not_found, conflict, purged, unavailable.
 */
export async function changeFile(
  context: AppContext,
  viewer: Viewer,
  id: string,
  { visibility, crop, alt }: FileChange,
): Promise<FileRow> {
  const file = await findOwnFile(context, viewer, id);
  if (visibility !== undefined && findField(file)?.visibility !== "owner") {
    throw new Problem("conflict", "The visibility of this type of document cannot be changed.");
  }
  if (crop !== undefined && file.variants === null)
    throw new Problem("conflict", "Only a picture can be cropped.");
  if (alt !== undefined && file.variants === null)
    throw new Problem("conflict", "Only a picture can have an alternative text.");
  requireNotPurged(file);
  if (alt !== undefined)
    await context.db.file.updateMany({ where: { id: file.id, purgedAt: null }, data: { alt } });
  if (visibility !== undefined) await setVisibility(context, file.id, visibility);
  if (crop !== undefined) await recropPicture(context, await findOwnFile(context, viewer, id), crop);
  return syncPublication(context, file.id);
}

/** One transaction sets the flag and hides the picture: no page shows a picture that is private. */
async function setVisibility(
  context: AppContext,
  id: string,
  visibility: "public" | "private",
): Promise<void> {
  const setFlag = async (tx: Tx) => {
    await markOutOfSync(tx, context, { id });
    await tx.file.updateMany({ where: { id, purgedAt: null }, data: { visibility } });
    return visibility === "private" ? unpublishPictures(tx, context, { id }) : [];
  };
  const purgeIds = await retryTransaction(() => context.db.$transaction(setFlag));
  await context.onCrashPoint?.("visibility.flagged");
  if (purgeIds.length > 0) {
    await context.onCrashPoint?.("visibility.switched");
    await context.onCrashPoint?.("purge.scheduled");
  }
  await executePurges(context, purgeIds);
}

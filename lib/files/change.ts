import { z } from "zod";
import type { Viewer } from "../accounts/viewer";
import type { Tx } from "../db/client";
import { retried } from "../db/conflict";
import type { Deps } from "../deps";
import { Problem } from "../errors";
import { cropSchema } from "../inspect/crop";
import { type FileRow, fieldOf } from "./file";
import { findOwnFile } from "./find";
import { settlePublication, takeDown, unsettle } from "./publication";
import { carryOut } from "./purge";
import { recrop } from "./recrop";

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
  const move = async (tx: Tx) => {
    await unsettle(tx, deps, { id });
    await tx.file.updateMany({ where: { id, purgedAt: null }, data: { visibility } });
    return visibility === "private" ? takeDown(tx, deps, { id }) : [];
  };
  const purges = await retried(() => deps.db.$transaction(move));
  await deps.reached?.("visibility.flagged");
  if (purges.length > 0) {
    await deps.reached?.("visibility.pointed");
    await deps.reached?.("purge.written");
  }
  await carryOut(deps, purges);
}

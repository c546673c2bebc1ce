import type { Tx } from "../db/client";
import { retried } from "../db/conflict";
import type { Deps } from "../deps";
import { Problem } from "../errors";
import type { Field } from "../fields/field";
import { fields } from "../fields/fields";
import type { FileRow } from "../files/file";
import { carryOutSoon, spare } from "../files/purge";
import { supersede } from "../files/supersede";
import { newId } from "../id";
import type { Attempt } from "./complete";
import type { Inspected } from "./promote";
import { clearQuarantine } from "./quarantine";

/**
 * The one transaction that makes inspected bytes a file: the upload is completed, the file is there, the earlier one superseded, the quota
 * set right, the bytes spared; or nothing of it. Errors: conflict, where another attempt or the sweep was first.
 */
export async function adopt(deps: Deps, attempt: Attempt, inspected: Inspected): Promise<FileRow> {
  const field = fields.get(attempt.upload.field);
  if (!field) throw new Problem("conflict", "This kind of file is no longer asked for.");
  await deps.reached?.("complete.promoted");
  const { file, purges } = await retried(() =>
    deps.db.$transaction((tx) => commit(tx, deps, attempt, inspected, field)),
  );
  await deps.reached?.("complete.adopted");
  await carryOutSoon(deps, purges);
  return file;
}

async function commit(
  tx: Tx,
  deps: Deps,
  { upload, until, prefix, publicPrefix, dooms }: Attempt,
  inspected: Inspected,
  field: Field,
) {
  const { clock } = deps;
  // First, because it locks the owner's row: completions of one person come one after the other.
  const owner = await tx.user.update({
    where: { id: upload.ownerId },
    data: { openUploads: { decrement: 1 }, storedBytes: { increment: BigInt(inspected.size) - upload.size } },
    select: { visibility: true },
  });
  const id = newId();
  const { count } = await tx.upload.updateMany({
    where: { id: upload.id, state: "inspecting", inspectingUntil: until },
    data: { state: "completed", inspectingUntil: null, fileId: id },
  });
  if (count === 0) throw new Problem("conflict", "This upload was finished elsewhere.");
  const { picture } = inspected;
  const published = (picture?.published ?? false) && owner.visibility === "public";
  const [doomedPrivate = "", doomedPublic = ""] = dooms;
  await spare(tx, deps, published ? [doomedPrivate, doomedPublic] : [doomedPrivate]);
  const superseded = await supersede(tx, deps, { ownerId: upload.ownerId, field });
  const file = await tx.file.create({
    data: {
      id,
      ownerId: upload.ownerId,
      field: field.name,
      name: upload.name,
      type: inspected.type,
      size: inspected.size,
      sha256: inspected.sha256,
      prefix,
      visibility: field.storage,
      publicPrefix: published ? publicPrefix : null,
      status: field.reviewed ? "submitted" : "stored",
      slot: superseded.slot,
      version: superseded.version,
      pages: inspected.pages ?? null,
      ...(picture
        ? {
            width: picture.width,
            height: picture.height,
            placeholder: picture.placeholder,
            variants: picture.variants,
            unsettledSince: clock.now(),
          }
        : {}),
      ...(upload.crop ? { crop: upload.crop } : {}),
      createdAt: clock.now(),
    },
  });
  const quarantine = await clearQuarantine(tx, deps, upload);
  return { file, purges: [...superseded.purges, ...quarantine, ...(published ? [] : [doomedPublic])] };
}

import type { Tx } from "../db/client";
import { retryTransaction } from "../db/conflict";
import type { AppContext } from "../app-context";
import { Problem } from "../errors";
import type { Field } from "../fields/field";
import { fields } from "../fields/fields";
import type { FileRow } from "../files/file";
import { tryExecutePurges, cancelPurge } from "../files/purge";
import { supersedeEarlierFile } from "../files/supersede";
import { newId } from "../id";
import type { CompletionAttempt } from "./complete";
import type { InspectionResult } from "./promote";
import { scheduleQuarantinePurge } from "./quarantine";

/**
 * The one transaction that makes inspected bytes a file: the upload is completed, the file is there, the earlier one superseded, the quota
 * set right, the bytes spared; or nothing of it. Errors: conflict, where another attempt or the sweep was first.
 */
export async function commitUpload(deps: AppContext, attempt: CompletionAttempt, inspected: InspectionResult): Promise<FileRow> {
  const field = fields.get(attempt.upload.field);
  if (!field) throw new Problem("conflict", "This kind of file is no longer asked for.");
  await deps.onCrashPoint?.("complete.promoted");
  const { file, purges } = await retryTransaction(() =>
    deps.db.$transaction((tx) => createFileFromUpload(tx, deps, attempt, inspected, field)),
  );
  await deps.onCrashPoint?.("complete.committed");
  await tryExecutePurges(deps, purges);
  return file;
}

async function createFileFromUpload(
  tx: Tx,
  deps: AppContext,
  { upload, leaseUntil: until, prefix, publicPrefix, purgeIds: dooms }: CompletionAttempt,
  inspected: InspectionResult,
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
  await cancelPurge(tx, deps, published ? [doomedPrivate, doomedPublic] : [doomedPrivate]);
  const superseded = await supersedeEarlierFile(tx, deps, { ownerId: upload.ownerId, field });
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
  const quarantine = await scheduleQuarantinePurge(tx, deps, upload);
  return { file, purges: [...superseded.purges, ...quarantine, ...(published ? [] : [doomedPublic])] };
}

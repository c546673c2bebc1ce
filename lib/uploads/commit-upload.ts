import type { AppContext } from "../app-context";
import type { Tx } from "../db/client";
import { retryTransaction } from "../db/conflict";
import { Problem } from "../errors";
import type { Field } from "../fields/field";
import { fields } from "../fields/fields";
import type { FileRow } from "../files/file";
import { cancelPurge, tryExecutePurges } from "../files/purge";
import { supersedeEarlierFile } from "../files/supersede";
import { newId } from "../id";
import { isProfilePublic, PUBLICITY_COLUMNS } from "../permissions/read";
import { refreshRequests } from "../requests/refresh-requests";
import { updateKeepUntil } from "../retention/update-keep-until";
import { type CompletionAttempt, whereInspectedBy } from "./attempt";
import type { InspectionResult } from "./promote";
import { scheduleQuarantinePurge } from "./quarantine";

/**
 * Commits inspected bytes as a file, in one transaction: completes the upload, creates the file,
 * supersedes the earlier one, corrects the quota and cancels the purge of the bytes.
 * Errors: conflict, if another attempt or the sweep was first.
 */
export async function commitUpload(
  context: AppContext,
  attempt: CompletionAttempt,
  inspected: InspectionResult,
): Promise<FileRow> {
  const field = fields.get(attempt.upload.field);
  if (!field) throw new Problem("conflict", "This type of document is no longer accepted.");
  await context.onCrashPoint?.("complete.promoted");
  const { file, purgeIds } = await retryTransaction(() =>
    context.db.$transaction((tx) => createFileFromUpload(tx, context, attempt, inspected, field)),
  );
  await context.onCrashPoint?.("complete.committed");
  await tryExecutePurges(context, purgeIds);
  return file;
}

async function createFileFromUpload(
  tx: Tx,
  context: AppContext,
  attempt: CompletionAttempt,
  inspected: InspectionResult,
  field: Field,
) {
  const { clock } = context;
  const { upload, prefix, publicPrefix, purgeIds } = attempt;
  // First, because it locks the owner's row: completions of one member run one after the other.
  const [owner] = await tx.user.updateManyAndReturn({
    where: { id: upload.ownerId, erasureStartedAt: null },
    data: { openUploads: { decrement: 1 }, storedBytes: { increment: BigInt(inspected.size) - upload.size } },
    select: PUBLICITY_COLUMNS,
  });
  if (!owner) throw new Problem("conflict", "This account is closed. The file was not saved.");
  const id = newId();
  const { count } = await tx.upload.updateMany({
    where: whereInspectedBy(attempt),
    data: { state: "completed", inspectingUntil: null, fileId: id },
  });
  if (count === 0) throw new Problem("conflict", "Another request has finished this upload.");
  const { picture } = inspected;
  const published = (picture?.published ?? false) && isProfilePublic(owner);
  const [privatePurgeId = "", publicPurgeId = ""] = purgeIds;
  await cancelPurge(tx, context, published ? [privatePurgeId, publicPurgeId] : [privatePurgeId]);
  const superseded = await supersedeEarlierFile(tx, context, { ownerId: upload.ownerId, field });
  const created = await tx.file.create({
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
      // Few documents have a page that needs more than one.
      pageTiles: inspected.tiles?.some((tiles) => tiles > 1) ? inspected.tiles : [],
      missingLetters: inspected.missingLetters ?? false,
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
  const file = { ...created, keepUntil: await updateKeepUntil(tx, context, field, id) };
  if (!field.reviewed) await refreshRequests(tx, [file]);
  const quarantinePurgeIds = await scheduleQuarantinePurge(tx, context, upload);
  return {
    file,
    purgeIds: [...superseded.purgeIds, ...quarantinePurgeIds, ...(published ? [] : [publicPurgeId])],
  };
}

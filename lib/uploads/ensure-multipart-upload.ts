import type { AppContext } from "../app-context";
import type { Upload } from "../db/generated/client";
import { Problem } from "../errors";

/**
 * Returns the id of this upload's multipart upload in the store. Creates it at the first request
 * for a part, and again if the store has lost it; `verify` asks the store for it first. Null if the
 * upload has ended. Errors: conflict, unavailable.
 */
export async function ensureMultipartUpload(
  context: AppContext,
  upload: Upload,
  { verify }: { verify: boolean },
): Promise<string | null> {
  const { db, storages } = context;
  const known = upload.multipartId;
  if (known !== null && !(verify && (await isMultipartUploadLost(context, upload, known)))) return known;
  const created = await storages.private.createMultipartUpload(upload.key, { type: upload.type });
  await context.onCrashPoint?.("multipart.created");
  const { count } = await db.upload.updateMany({
    where: { id: upload.id, state: "issued", multipartId: known },
    data: { multipartId: created },
  });
  if (count === 1) return created;
  // A concurrent request has saved its own multipart upload. All requests use that one.
  await storages.private.abortMultipartUpload(upload.key, created);
  const current = await db.upload.findUnique({
    where: { id: upload.id, state: "issued" },
    select: { multipartId: true },
  });
  return current?.multipartId ?? null;
}

async function isMultipartUploadLost(
  { storages }: AppContext,
  { key }: Upload,
  multipartId: string,
): Promise<boolean> {
  if (await storages.private.listParts(key, multipartId)) return false;
  if (await storages.private.stat(key))
    throw new Problem("conflict", "Every part has been received. Please complete the upload.");
  return true;
}

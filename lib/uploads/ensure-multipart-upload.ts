import type { AppContext } from "../app-context";
import { Problem } from "../errors";
import type { UploadRow } from "./upload";

/**
 * What the store calls this upload's parts. The store is told of the upload when the first part is asked for, and again where it has lost what it
 * knew; `doubtful` has that looked up. Null where the upload has ended meanwhile. Errors: conflict, unavailable.
 */
export async function ensureMultipartUpload(
  deps: AppContext,
  upload: UploadRow,
  { doubtful }: { doubtful: boolean },
): Promise<string | null> {
  const { db, storages } = deps;
  const known = upload.multipartId;
  if (known !== null && !(doubtful && (await isMultipartUploadLost(deps, upload, known)))) return known;
  const own = await storages.private.createMultipartUpload(upload.key, { type: upload.type });
  await deps.onCrashPoint?.("multipart.created");
  const { count } = await db.upload.updateMany({
    where: { id: upload.id, state: "issued", multipartId: known },
    data: { multipartId: own },
  });
  if (count === 1) return own;
  // Two asked at once: there is one attempt for all, and it is the other one.
  await storages.private.abortMultipartUpload(upload.key, own);
  const now = await db.upload.findUnique({
    where: { id: upload.id, state: "issued" },
    select: { multipartId: true },
  });
  return now?.multipartId ?? null;
}

async function isMultipartUploadLost({ storages }: AppContext, { key }: UploadRow, multipartId: string): Promise<boolean> {
  if (await storages.private.listParts(key, multipartId)) return false;
  if (await storages.private.stat(key))
    throw new Problem("conflict", "Every part has arrived. Please complete the upload.");
  return true;
}

import type { AppContext } from "../app-context";
import type { Upload } from "../db/generated/client";
import { Problem } from "../errors";
import type { Part } from "../storage/storage";
import { expectedParts } from "./part-sizes";

/**
 * Lists the parts that the store has received with their expected size; the client sends the others
 * again. The store lists no parts of an assembled object: then all are received. Empty for a
 * single-part upload. Errors: unavailable.
 */
export async function receivedParts(
  { storages }: Pick<AppContext, "storages">,
  upload: Upload,
): Promise<Part[]> {
  const parts = expectedParts(upload);
  if (!parts || upload.multipartId === null) return [];
  const listed = await storages.private.listParts(upload.key, upload.multipartId);
  if (!listed) return (await storages.private.stat(upload.key)) ? parts : [];
  const sizes = new Map(listed.map(({ number, size }) => [number, size]));
  return parts.filter(({ number, size }) => sizes.get(number) === size);
}

/**
 * Returns the number of received bytes. Errors: not_uploaded, if a part or the object is missing.
 */
export async function requireReceived(
  context: Pick<AppContext, "storages">,
  upload: Upload,
): Promise<number> {
  const parts = expectedParts(upload);
  if (parts) {
    if ((await receivedParts(context, upload)).length < parts.length) throw missingPartsProblem();
    return Number(upload.size);
  }
  const stat = await context.storages.private.stat(upload.key);
  if (!stat) throw new Problem("not_uploaded", "The file has not been uploaded yet. Please upload it again.");
  return stat.size;
}

/**
 * Makes the store assemble the parts into one object. An earlier completion may have done this
 * before it ended. Errors: not_uploaded, unavailable.
 */
export async function completeMultipartUpload(
  { storages, onCrashPoint }: AppContext,
  upload: Upload,
): Promise<void> {
  const parts = expectedParts(upload);
  if (!parts) return;
  if (upload.multipartId === null) throw missingPartsProblem();
  try {
    await storages.private.completeMultipartUpload(upload.key, upload.multipartId, parts);
  } catch (error) {
    if (!(error instanceof Problem) || error.code !== "not_found") throw error;
    if (!(await storages.private.stat(upload.key))) throw missingPartsProblem();
  }
  await onCrashPoint?.("complete.assembled");
}

function missingPartsProblem(): Problem {
  return new Problem(
    "not_uploaded",
    "Not every part of the file has been uploaded yet. Please upload the missing parts.",
  );
}

import type { AppContext } from "../app-context";
import { Problem } from "../errors";
import type { Part } from "../storage/storage";
import { expectedParts } from "./part-sizes";
import type { UploadRow } from "./upload";

/**
 * The parts that lie in the store as they were announced; one of another size counts for nothing, and is to be sent again. Once the store has put
 * them together it lists none, and all of them are there. Empty for an upload in one piece. Errors: unavailable.
 */
export async function receivedParts(
  { storages }: Pick<AppContext, "storages">,
  upload: UploadRow,
): Promise<Part[]> {
  const parts = expectedParts(upload);
  if (!parts || upload.multipartId === null) return [];
  const listed = await storages.private.listParts(upload.key, upload.multipartId);
  if (!listed) return (await storages.private.stat(upload.key)) ? parts : [];
  const sizes = new Map(listed.map(({ number, size }) => [number, size]));
  return parts.filter(({ number, size }) => sizes.get(number) === size);
}

/** Holds a completion up until there is something to complete; returns how many bytes lie there. Errors: not_uploaded, unavailable. */
export async function requireReceived(deps: Pick<AppContext, "storages">, upload: UploadRow): Promise<number> {
  const parts = expectedParts(upload);
  if (parts) {
    if ((await receivedParts(deps, upload)).length < parts.length) throw notUploadedProblem(true);
    return Number(upload.size);
  }
  const stat = await deps.storages.private.stat(upload.key);
  if (!stat) throw notUploadedProblem(false);
  return stat.size;
}

/**
 * Has the store make one object of the parts. An earlier completion may have come as far as this and no further: then the object is there
 * already. Errors: not_uploaded, unavailable.
 */
export async function completeMultipartUpload({ storages, onCrashPoint: reached }: AppContext, upload: UploadRow): Promise<void> {
  const parts = expectedParts(upload);
  if (!parts) return;
  if (upload.multipartId === null) throw notUploadedProblem(true);
  try {
    await storages.private.completeMultipartUpload(upload.key, upload.multipartId, parts);
  } catch (thrown) {
    if (!(thrown instanceof Problem) || thrown.code !== "not_found") throw thrown;
    if (!(await storages.private.stat(upload.key))) throw notUploadedProblem(true);
  }
  await reached?.("complete.assembled");
}

function notUploadedProblem(inParts: boolean): Problem {
  return new Problem(
    "not_uploaded",
    inParts
      ? "Not every part of the file has arrived yet. Please send what is missing."
      : "The file has not arrived yet. Please send it again.",
  );
}

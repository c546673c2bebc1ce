import type { Tx } from "../db/client";
import type { AppContext } from "../app-context";
import { schedulePurge } from "../files/purge";
import type { UploadRow } from "./upload";

/**
 * For the transaction that ends an upload. The quarantine object goes now, with the parts that were not put together, and both again after the
 * ticket's end: whoever still holds a URL can put bytes there until then. What the parts were announced to be is forgotten.
 * Returns the purge to carry out at once.
 */
export async function scheduleQuarantinePurge(
  tx: Tx,
  deps: Pick<AppContext, "clock" | "limits">,
  upload: UploadRow,
): Promise<string[]> {
  const doomed = [{ storage: "private" as const, prefix: upload.key, ...(await deleteDeclaredParts(tx, upload)) }];
  const left = (upload.expiresAt.getTime() - deps.clock.now().getTime()) / 1000;
  if (left > 0) await schedulePurge(tx, deps, doomed, left + deps.limits.sweepGrace);
  return schedulePurge(tx, deps, doomed);
}

async function deleteDeclaredParts(tx: Tx, { id, partSize }: UploadRow): Promise<{ multipartId?: string }> {
  if (partSize === null) return {};
  await tx.uploadPart.deleteMany({ where: { uploadId: id } });
  // Read again: they may have been begun since the upload was looked up. Now that it has ended, they cannot be.
  const { multipartId } = await tx.upload.findUniqueOrThrow({ where: { id }, select: { multipartId: true } });
  return multipartId === null ? {} : { multipartId };
}

import type { AppContext } from "../app-context";
import type { Tx } from "../db/client";
import type { Upload } from "../db/generated/client";
import { schedulePurge } from "../files/purge";

/** The prefix of every key that a ticket names. */
export const QUARANTINE_PREFIX = "quarantine/";

/**
 * Tells whether a signed PUT may still write this key. Its URL outlives the upload, so after the
 * completion the same request could store the bytes again. A bucket cannot ask this; the storages
 * that the application serves can.
 */
export async function acceptsBytes({ db }: Pick<AppContext, "db">, key: string): Promise<boolean> {
  if (!key.startsWith(QUARANTINE_PREFIX)) return true;
  const upload = await db.upload.findUnique({ where: { key }, select: { state: true } });
  return upload?.state === "issued";
}

/**
 * Schedules the purge of the quarantine object and its parts, in the transaction that ends an
 * upload. A client with a signed URL can write there until the ticket ends, so a second purge
 * follows then. Also deletes the declared parts. Returns the purges to execute now.
 */
export async function scheduleQuarantinePurge(
  tx: Tx,
  context: Pick<AppContext, "clock" | "limits">,
  upload: Upload,
): Promise<string[]> {
  const targets = [
    { storage: "private" as const, prefix: upload.key, ...(await deleteDeclaredParts(tx, upload)) },
  ];
  const secondsLeft = (upload.expiresAt.getTime() - context.clock.now().getTime()) / 1000;
  if (secondsLeft > 0) await schedulePurge(tx, context, targets, secondsLeft + context.limits.sweepGrace);
  return schedulePurge(tx, context, targets);
}

async function deleteDeclaredParts(tx: Tx, { id, partSize }: Upload): Promise<{ multipartId?: string }> {
  if (partSize === null) return {};
  await tx.uploadPart.deleteMany({ where: { uploadId: id } });
  // Another request may have saved the id since the caller read the row. None can from here on.
  const { multipartId } = await tx.upload.findUniqueOrThrow({ where: { id }, select: { multipartId: true } });
  return multipartId === null ? {} : { multipartId };
}

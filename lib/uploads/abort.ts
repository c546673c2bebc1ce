import type { AppContext } from "../app-context";
import type { Tx } from "../db/client";
import type { Prisma, Upload } from "../db/generated/client";
import { lockUser } from "../db/lock-user";
import { Problem } from "../errors";
import { tryExecutePurges } from "../files/purge";
import type { Viewer } from "../permissions/viewer";
import { scheduleQuarantinePurge } from "./quarantine";
import { findOwnUpload } from "./upload";

type OpenState = "issued" | "inspecting";

/**
 * Aborts an open upload and deletes the received bytes. A repeat changes nothing.
 * Errors: not_found, conflict.
 */
export async function abortUpload(context: AppContext, viewer: Viewer, id: string): Promise<void> {
  const upload = await findOwnUpload(context, viewer, id);
  if (await endOpenUpload(context, upload, ["issued"])) return;
  const { state } = await findOwnUpload(context, viewer, id);
  if (state === "completed")
    throw new Problem("conflict", "The upload is complete. Withdraw the file itself instead.");
  if (state === "inspecting" || state === "issued")
    throw new Problem("conflict", "The file is being checked right now. Please try again in a moment.");
}

/**
 * Ends all uploads that match and are in one of these states. An inspection that runs finds its
 * upload ended, and deletes what it has written.
 */
export async function endOpenUploads(
  context: AppContext,
  where: Prisma.UploadWhereInput,
  states: OpenState[],
  signal?: AbortSignal,
): Promise<void> {
  const uploads = await context.db.upload.findMany({ where: { ...where, state: { in: states } } });
  for (const upload of uploads) {
    if (signal?.aborted) return;
    await endOpenUpload(context, upload, states);
  }
}

/** Aborts an upload in one of these states. Returns false if it has another one. */
async function endOpenUpload(context: AppContext, upload: Upload, states: OpenState[]): Promise<boolean> {
  const purgeIds = await context.db.$transaction(async (tx) => {
    await lockUser(tx, upload.ownerId);
    return abortInTransaction(tx, context, upload, states);
  });
  if (!purgeIds) return false;
  await context.onCrashPoint?.("upload.ended");
  await tryExecutePurges(context, purgeIds);
  return true;
}

/**
 * Aborts all open uploads of a person whose row the transaction has locked. Returns their number,
 * and the purges to execute after it.
 */
export async function abortUploadsOf(
  tx: Tx,
  context: Pick<AppContext, "clock" | "limits">,
  ownerId: string,
): Promise<{ uploads: number; purgeIds: string[] }> {
  const states: OpenState[] = ["issued", "inspecting"];
  const purgeIds: string[] = [];
  let uploads = 0;
  for (const upload of await tx.upload.findMany({ where: { ownerId, state: { in: states } } })) {
    const aborted = await abortInTransaction(tx, context, upload, states);
    if (!aborted) continue;
    uploads += 1;
    purgeIds.push(...aborted);
  }
  return { uploads, purgeIds };
}

/** Returns the purges to execute after the transaction; null if the upload has another state. */
async function abortInTransaction(
  tx: Tx,
  context: Pick<AppContext, "clock" | "limits">,
  upload: Upload,
  states: OpenState[],
): Promise<string[] | null> {
  const { count } = await tx.upload.updateMany({
    where: { id: upload.id, state: { in: states } },
    data: { state: "aborted" },
  });
  if (count === 0) return null;
  await tx.user.update({
    where: { id: upload.ownerId },
    data: { openUploads: { decrement: 1 }, storedBytes: { decrement: upload.size } },
  });
  return scheduleQuarantinePurge(tx, context, upload);
}

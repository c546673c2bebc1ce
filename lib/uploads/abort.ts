import type { AppContext } from "../app-context";
import { Problem } from "../errors";
import { tryExecutePurges } from "../files/purge";
import type { Viewer } from "../permissions/viewer";
import { scheduleQuarantinePurge } from "./quarantine";
import { findOwnUpload } from "./upload";

/**
 * Aborts an open upload and deletes the received bytes. A repeat changes nothing.
 * Errors: not_found, conflict.
 */
export async function abortUpload(context: AppContext, viewer: Viewer, id: string): Promise<void> {
  const upload = await findOwnUpload(context, viewer, id);
  const purgeIds = await context.db.$transaction(async (tx) => {
    const { count } = await tx.upload.updateMany({
      where: { id: upload.id, state: "issued" },
      data: { state: "aborted" },
    });
    if (count === 0) return null;
    await tx.user.update({
      where: { id: upload.ownerId },
      data: { openUploads: { decrement: 1 }, storedBytes: { decrement: upload.size } },
    });
    return scheduleQuarantinePurge(tx, context, upload);
  });
  if (purgeIds) {
    await context.onCrashPoint?.("upload.ended");
    return tryExecutePurges(context, purgeIds);
  }
  const { state } = await findOwnUpload(context, viewer, id);
  if (state === "completed")
    throw new Problem("conflict", "The upload is complete. Withdraw the file itself instead.");
  if (state === "inspecting" || state === "issued")
    throw new Problem("conflict", "The file is being checked right now. Please try again in a moment.");
}

import type { Viewer } from "../permissions/viewer";
import type { AppContext } from "../app-context";
import { Problem } from "../errors";
import { tryExecutePurges } from "../files/purge";
import { scheduleQuarantinePurge } from "./quarantine";
import { findOwnUpload } from "./upload";

/** Gives a ticket back; what has arrived is destroyed. Again: nothing more happens. Errors: not_found, conflict. */
export async function abortUpload(deps: AppContext, viewer: Viewer, id: string): Promise<void> {
  const upload = await findOwnUpload(deps, viewer, id);
  const purges = await deps.db.$transaction(async (tx) => {
    const { count } = await tx.upload.updateMany({
      where: { id: upload.id, state: "issued" },
      data: { state: "aborted" },
    });
    if (count === 0) return null;
    await tx.user.update({
      where: { id: upload.ownerId },
      data: { openUploads: { decrement: 1 }, storedBytes: { decrement: upload.size } },
    });
    return scheduleQuarantinePurge(tx, deps, upload);
  });
  if (purges) {
    await deps.onCrashPoint?.("upload.ended");
    return tryExecutePurges(deps, purges);
  }
  const { state } = await findOwnUpload(deps, viewer, id);
  if (state === "completed")
    throw new Problem("conflict", "The upload is complete. Withdraw the file itself instead.");
  if (state === "inspecting" || state === "issued")
    throw new Problem("conflict", "The file is being checked right now.");
}

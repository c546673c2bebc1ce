import type { Viewer } from "../accounts/viewer";
import type { Deps } from "../deps";
import { Problem } from "../errors";
import { carryOutSoon } from "../files/purge";
import { clearQuarantine } from "./quarantine";
import { findUpload } from "./upload";

/** Gives a ticket back; what has arrived is destroyed. Again: nothing more happens. Errors: not_found, conflict. */
export async function abort(deps: Deps, viewer: Viewer, id: string): Promise<void> {
  const upload = await findUpload(deps, viewer, id);
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
    return clearQuarantine(tx, deps, upload);
  });
  if (purges) {
    await deps.reached?.("upload.ended");
    return carryOutSoon(deps, purges);
  }
  const { state } = await findUpload(deps, viewer, id);
  if (state === "completed")
    throw new Problem("conflict", "The upload is complete. Withdraw the file itself instead.");
  if (state === "inspecting" || state === "issued")
    throw new Problem("conflict", "The file is being checked right now.");
}

import type { Tx } from "../db/client";
import type { Deps } from "../deps";
import { doom } from "../files/purge";
import type { UploadRow } from "./upload";

/**
 * The quarantine object goes now, and again after the ticket's end: whoever still holds the URL can put bytes there until then.
 * Returns the purge to carry out at once.
 */
export async function clearQuarantine(
  tx: Tx,
  deps: Pick<Deps, "clock" | "limits">,
  upload: UploadRow,
): Promise<string[]> {
  const left = (upload.expiresAt.getTime() - deps.clock.now().getTime()) / 1000;
  if (left > 0)
    await doom(tx, deps, [{ storage: "private", prefix: upload.key }], left + deps.limits.sweepGrace);
  return doom(tx, deps, [{ storage: "private", prefix: upload.key }]);
}

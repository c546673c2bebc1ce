import { type TrailVerdict, verifyTrail } from "../../lib/audit/trail";
import { createAppContext } from "../../server/app-context";
import { openEnvironment } from "../../server/environment";
import type { StorageCommandOptions } from "../storage";

const [WHOLE, BROKEN, COULD_NOT_LOOK] = [0, 1, 2];

/** `npm run storage -- trail`: 0 where the receipts of destroyed bytes are what was sealed, 1 where not, 2 where that could not be found out. */
export async function runTrailCommand({ json, dryRun, repair }: StorageCommandOptions): Promise<number> {
  try {
    if (dryRun || repair) throw new Error("The trail is only read: nothing of it is repaired.");
    const { env, close } = await openEnvironment();
    const deps = createAppContext(env);
    try {
      const verdict = await verifyTrail(deps);
      console.log(json ? JSON.stringify(verdict) : formatVerification(verdict));
      return verdict.broken ? BROKEN : WHOLE;
    } finally {
      await deps.close();
      await close();
    }
  } catch (thrown) {
    console.error(thrown instanceof Error ? thrown.message : thrown);
    return COULD_NOT_LOOK;
  }
}

function formatVerification({ entries, head, broken }: TrailVerdict): string {
  if (broken) return `The audit trail is broken at entry ${broken.seq}: ${broken.reason}.`;
  if (!head) return "The audit trail has no entries yet.";
  return `The audit trail is whole: ${entries} entries. Its head, to be kept elsewhere: ${head.seq} ${head.seal}`;
}

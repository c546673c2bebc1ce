import { type TrailVerdict, verifyTrail } from "../../lib/audit/trail";
import { createAppContext } from "../../lib/config/create-app-context";
import { openEnvironment } from "../../server/environment";
import type { StorageCommandOptions } from "./command-options";

const [INTACT, BROKEN, NOT_CHECKED] = [0, 1, 2];

/**
 * `npm run storage -- trail`: returns 0 if the audit trail is intact, 1 if not, 2 if it was not
 * checked.
 */
export async function runTrailCommand({ json, dryRun, repair }: StorageCommandOptions): Promise<number> {
  try {
    if (dryRun || repair)
      throw new Error("This command only reads the trail: call it without --dry-run and --repair.");
    const { env, close } = await openEnvironment();
    const context = createAppContext(env);
    try {
      const verdict = await verifyTrail(context);
      console.log(json ? JSON.stringify(verdict) : formatVerdict(verdict));
      return verdict.broken ? BROKEN : INTACT;
    } finally {
      await context.close();
      await close();
    }
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    return NOT_CHECKED;
  }
}

function formatVerdict({ entries, head, broken }: TrailVerdict): string {
  if (broken) return `The audit trail is broken at entry ${broken.seq}: ${broken.reason}.`;
  if (!head) return "The audit trail has no entries yet.";
  return `The audit trail is intact: ${entries} entries. Store its head elsewhere: ${head.seq} ${head.seal}`;
}

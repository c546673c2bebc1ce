import { type Verdict, verify } from "../../lib/register/trail";
import { depsOf } from "../deps";
import type { StorageOptions } from "../storage";
import { surroundings } from "../surroundings";

const [WHOLE, BROKEN, COULD_NOT_LOOK] = [0, 1, 2];

/** `npm run storage -- trail`: 0 where the receipts of destroyed bytes are what was sealed, 1 where not, 2 where that could not be found out. */
export async function trail({ json, dryRun, repair }: StorageOptions): Promise<number> {
  try {
    if (dryRun || repair) throw new Error("The trail is only read: nothing of it is repaired.");
    const { env, close } = await surroundings();
    const deps = depsOf(env);
    try {
      const verdict = await verify(deps);
      console.log(json ? JSON.stringify(verdict) : inWords(verdict));
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

function inWords({ entries, head, broken }: Verdict): string {
  if (broken) return `The audit trail is broken at entry ${broken.seq}: ${broken.reason}.`;
  if (!head) return "The audit trail has no entries yet.";
  return `The audit trail is whole: ${entries} entries. Its head, to be kept elsewhere: ${head.seq} ${head.seal}`;
}

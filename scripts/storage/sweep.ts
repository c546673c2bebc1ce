import { countAbandonedMultipartUploads, countPendingWork, sweep as sweepNow } from "../../lib/uploads/sweep";
import { createAppContext } from "../../server/app-context";
import { openEnvironment } from "../../server/environment";
import type { StorageCommandOptions } from "../storage";

/** `npm run storage -- sweep`: what was abandoned is finished or undone. Fails where something could not be. */
export async function runSweepCommand({ json, dryRun, repair }: StorageCommandOptions): Promise<number> {
  if (repair)
    throw new Error("A sweep has nothing to repair. Did you mean: npm run storage -- reconcile --repair");
  const { env, close } = await openEnvironment();
  const deps = createAppContext(env);
  try {
    if (dryRun) {
      const found = {
        ...(await countPendingWork(deps)),
        attempts: await countAbandonedMultipartUploads(deps),
      };
      console.log(json ? JSON.stringify(found) : formatForecast(found));
      return 0;
    }
    const swept = await sweepNow(deps);
    console.log(json ? JSON.stringify(swept) : formatSweepResult(swept));
    return swept.failed === 0 ? 0 : 1;
  } finally {
    await deps.close();
    await close();
  }
}

type SweepForecast = Awaited<ReturnType<typeof countPendingWork>> & { attempts: number };

function formatForecast({ uploads, purges, publications, attempts }: SweepForecast): string {
  return `A sweep now would end ${uploads} uploads, destroy what ${purges} entries name and what those uploads left, bring ${publications} pictures in line with their flags, and throw away ${attempts} uploads in parts that nobody finished.`;
}

function formatSweepResult(swept: Awaited<ReturnType<typeof sweepNow>>): string {
  const { expired, destroyed, settled, aborted, failed } = swept;
  const done = `Ended ${expired} uploads, destroyed what ${destroyed} entries named, brought ${settled} pictures in line with their flags, threw away ${aborted} uploads in parts that nobody finished.`;
  return failed === 0
    ? done
    : `${done}\n${failed} did not succeed and are tried again by the next sweep; what failed is said above.`;
}

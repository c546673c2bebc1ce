import { createAppContext } from "../../lib/config/create-app-context";
import { countAbandonedMultipartUploads, countPendingWork, sweep } from "../../lib/uploads/sweep";
import { openEnvironment } from "../../server/environment";
import type { StorageCommandOptions } from "./command-options";

/** `npm run storage -- sweep`: runs the sweep job once. Returns 1 if a part of it failed. */
export async function runSweepCommand({ json, dryRun, repair }: StorageCommandOptions): Promise<number> {
  if (repair)
    throw new Error("The sweep has no option --repair. Did you mean: npm run storage -- reconcile --repair");
  const { env, close } = await openEnvironment();
  const context = createAppContext(env);
  try {
    if (dryRun) {
      const attempts = await countAbandonedMultipartUploads(context);
      const forecast = { ...(await countPendingWork(context)), attempts };
      console.log(json ? JSON.stringify(forecast) : formatForecast(forecast));
      return 0;
    }
    const result = await sweep(context);
    console.log(json ? JSON.stringify(result) : formatSweepResult(result));
    return result.failed === 0 ? 0 : 1;
  } finally {
    await context.close();
    await close();
  }
}

type SweepForecast = Awaited<ReturnType<typeof countPendingWork>> & { attempts: number };

function formatForecast({ uploads, purges, publications, attempts }: SweepForecast): string {
  return `A sweep would end ${uploads} uploads and delete their bytes, execute ${purges} purges, sync ${publications} pictures with their visibility, and abort ${attempts} abandoned multipart uploads.`;
}

function formatSweepResult(result: Awaited<ReturnType<typeof sweep>>): string {
  const { expired, destroyed, settled, aborted, heads, failed } = result;
  const summary = `Ended ${expired} uploads, executed ${destroyed} purges, synced ${settled} pictures with their visibility, aborted ${aborted} abandoned multipart uploads, published ${heads} heads of the audit trail.`;
  return failed === 0
    ? summary
    : `${summary}\n${failed} of them failed. The lines above say why; the next sweep tries again.`;
}

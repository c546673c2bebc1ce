import { parseStaticPublishEnv } from "../../lib/config/static-publish-env";
import { formatProvisionReport } from "../../lib/operations/provision/format-report";
import { provision } from "../../lib/operations/provision/provision";
import { provisionInputFromEnv } from "../../lib/operations/provision/provision-input";
import { readEnvironment } from "../../server/environment";
import type { StorageCommandOptions } from "./command-options";

/**
 * `npm run storage -- provision`: creates and configures the buckets. Returns 1 if a needed step
 * failed.
 */
export async function runProvisionCommand({ json, dryRun, repair }: StorageCommandOptions): Promise<number> {
  if (repair) throw new Error("Provisioning has no option --repair. Call it without.");
  const input = provisionInputFromEnv(readEnvironment().env, parseStaticPublishEnv(process.env));
  if (!input) {
    const message = "Local storage needs no provisioning: the first write creates its folders.";
    console.log(json ? "{}" : message);
    return 0;
  }
  const report = await provision(input, { dryRun });
  console.log(json ? JSON.stringify(report, null, 2) : formatProvisionReport(report, { dryRun }));
  return report.done ? 0 : 1;
}

import { parseStaticPublishEnv } from "../../lib/config/static-publish-env";
import { formatProvisionReport } from "../../lib/operations/provision/format-report";
import { provision as provisionBuckets } from "../../lib/operations/provision/provision";
import { provisionInputFromEnv } from "../../lib/operations/provision/provision-input";
import { readEnvironment } from "../../server/environment";
import type { StorageCommandOptions } from "../storage";

/** Makes and sets up the buckets of the settings, or says what it would do; 1 where something that is needed could not be done. */
export async function runProvisionCommand({ json, dryRun, repair }: StorageCommandOptions): Promise<number> {
  if (repair) throw new Error("Provisioning has no use for --repair.");
  const order = provisionInputFromEnv(readEnvironment().env, parseStaticPublishEnv(process.env));
  if (!order) {
    console.log(
      json ? "{}" : "Local storage needs no provisioning: its folders are made when first written to.",
    );
    return 0;
  }
  const result = await provisionBuckets(order, { dryRun });
  console.log(json ? JSON.stringify(result, null, 2) : formatProvisionReport(result, { dryRun }));
  return result.done ? 0 : 1;
}

import { parsePublishing } from "../../lib/env/publishing";
import { orderOf } from "../../lib/storage/provision/order";
import { printed } from "../../lib/storage/provision/print";
import { provision as provisionBuckets } from "../../lib/storage/provision/provision";
import type { StorageOptions } from "../storage";
import { settings } from "../surroundings";

/** Makes and sets up the buckets of the settings, or says what it would do; 1 where something that is needed could not be done. */
export async function provision({ json, dryRun, repair }: StorageOptions): Promise<number> {
  if (repair) throw new Error("Provisioning has no use for --repair.");
  const order = orderOf(settings().env, parsePublishing(process.env));
  if (!order) {
    console.log(
      json ? "{}" : "Local storage needs no provisioning: its folders are made when first written to.",
    );
    return 0;
  }
  const result = await provisionBuckets(order, { dryRun });
  console.log(json ? JSON.stringify(result, null, 2) : printed(result, { dryRun }));
  return result.done ? 0 : 1;
}

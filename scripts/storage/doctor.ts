import { systemClock } from "../../lib/clock";
import { parsePublishing } from "../../lib/env/publishing";
import { caseOf } from "../../lib/storage/doctor/case";
import { examine } from "../../lib/storage/doctor/examine";
import { printed } from "../../lib/storage/doctor/print";
import type { StorageOptions } from "../storage";
import { root, settings } from "../surroundings";

/** Examines the storages of the settings; 0 where they are healthy, 1 where something is wrong. */
export async function doctor({ json, dryRun, repair }: StorageOptions): Promise<number> {
  if (dryRun || repair)
    throw new Error("The doctor changes nothing and has no use for --dry-run or --repair.");
  const report = await examine(caseOf(settings().env, parsePublishing(process.env)), systemClock, root);
  console.log(json ? JSON.stringify(report, null, 2) : printed(report));
  return report.healthy ? 0 : 1;
}

import { PROBE_PREFIX } from "../../storage/probe-prefix";
import { describeError } from "../describe-error";
import { type ProbeContext, STORAGE_CLASSES } from "./probe-context";
import { type Check, type CheckResult, passedResult, warningResult } from "./run-checks";

/** After this time no running doctor uses a probe. */
const ABANDONED_AFTER_MS = 10 * 60 * 1000;

/** Removes what earlier doctors left when they were killed; each check removes its own probes. */
export function leftoverChecks(context: ProbeContext): Check[] {
  return [
    { check: "leftovers", title: "The doctor leaves no objects behind", run: () => removeLeftovers(context) },
  ];
}

async function removeLeftovers({ storages, clock }: ProbeContext): Promise<CheckResult> {
  const newestAbandoned = clock.now().getTime() - ABANDONED_AFTER_MS;
  let removed = 0;
  try {
    for (const name of STORAGE_CLASSES) {
      const storage = storages[name];
      for await (const { key, modifiedAt } of storage.list(PROBE_PREFIX)) {
        if (modifiedAt.getTime() > newestAbandoned) continue;
        await storage.remove(key);
        removed++;
      }
      for await (const { key, multipartId, initiatedAt } of storage.listMultipartUploads(PROBE_PREFIX)) {
        if (initiatedAt.getTime() > newestAbandoned) continue;
        await storage.abortMultipartUpload(key, multipartId);
        removed++;
      }
    }
  } catch (error) {
    return warningResult(
      `Objects of an earlier run under \`${PROBE_PREFIX}\` could not be removed. ${describeError(error)}`,
      `Remove the objects under \`${PROBE_PREFIX}\` by hand.`,
    );
  }
  return passedResult(
    removed > 0
      ? `An earlier run had left ${removed} objects; they are removed.`
      : "There are none of an earlier run.",
  );
}

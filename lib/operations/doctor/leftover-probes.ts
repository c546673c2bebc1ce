import { PROBE_PREFIX } from "../../storage/probe-prefix";
import { STORAGE_CLASSES, type ProbeContext } from "./probe-context";
import { type Check, passedResult, describeError, type CheckResult, warningResult } from "./report";

/** Milliseconds after which a probe is nobody's: every doctor is done long before. */
const ABANDONED_AFTER_MS = 10 * 60 * 1000;

/** Each check removes what it wrote; this is what doctors that were killed have left. */
export function leftoverChecks(patient: ProbeContext): Check[] {
  return [{ check: "leftovers", title: "The doctor leaves nothing behind", run: () => removeLeftovers(patient) }];
}

async function removeLeftovers({ storages, clock }: ProbeContext): Promise<CheckResult> {
  const before = clock.now().getTime() - ABANDONED_AFTER_MS;
  let removed = 0;
  try {
    for (const name of STORAGE_CLASSES) {
      const storage = storages[name];
      for await (const { key, modifiedAt } of storage.list(PROBE_PREFIX)) {
        if (modifiedAt.getTime() > before) continue;
        await storage.remove(key);
        removed++;
      }
      for await (const { key, multipartId, initiatedAt: begunAt } of storage.listMultipartUploads(PROBE_PREFIX)) {
        if (begunAt.getTime() > before) continue;
        await storage.abortMultipartUpload(key, multipartId);
        removed++;
      }
    }
  } catch (error) {
    return warningResult(
      `What is left below \`${PROBE_PREFIX}\` could not be removed. ${describeError(error)}`,
      `Remove what lies below \`${PROBE_PREFIX}\` by hand.`,
    );
  }
  return passedResult(
    removed > 0
      ? `An earlier visit had left ${removed} things; they are gone.`
      : "Nothing was left by an earlier visit.",
  );
}

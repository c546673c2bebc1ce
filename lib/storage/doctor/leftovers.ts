import { PROBES } from "../probes";
import { CLASSES, type Patient } from "./patient";
import { type Check, passed, said, type Verdict, warning } from "./report";

/** Milliseconds after which a probe is nobody's: every doctor is done long before. */
const ABANDONED = 10 * 60 * 1000;

/** Each check removes what it wrote; this is what doctors that were killed have left. */
export function leftovers(patient: Patient): Check[] {
  return [{ check: "leftovers", title: "The doctor leaves nothing behind", look: () => clear(patient) }];
}

async function clear({ storages, clock }: Patient): Promise<Verdict> {
  const before = clock.now().getTime() - ABANDONED;
  let removed = 0;
  try {
    for (const name of CLASSES) {
      const storage = storages[name];
      for await (const { key, modifiedAt } of storage.list(PROBES)) {
        if (modifiedAt.getTime() > before) continue;
        await storage.remove(key);
        removed++;
      }
      for await (const { key, multipartId, begunAt } of storage.listUnfinished(PROBES)) {
        if (begunAt.getTime() > before) continue;
        await storage.abortParts(key, multipartId);
        removed++;
      }
    }
  } catch (error) {
    return warning(
      `What is left below \`${PROBES}\` could not be removed. ${said(error)}`,
      `Remove what lies below \`${PROBES}\` by hand.`,
    );
  }
  return passed(
    removed > 0
      ? `An earlier visit had left ${removed} things; they are gone.`
      : "Nothing was left by an earlier visit.",
  );
}

import { createHash } from "node:crypto";
import type { AppContext } from "../../app-context";
import { Problem } from "../../errors";
import { originalKey } from "../../files/file";
import { schedulePurge } from "../../files/purge";
import { recropPicture } from "../../files/recrop";
import { republishPicture } from "../../files/republish";
import { cropSchema } from "../../inspect/crop";
import { confirmFindings } from "./confirm-findings";
import type { Finding } from "./finding";
import type { Repair } from "./plan-repair";

export type PlannedRepair = { finding: Finding; repair: Repair };

/**
 * `resolved` tells whether the finding is gone. `reason` says why not, or why no repair was needed.
 */
export type RepairOutcome = PlannedRepair & { resolved: boolean; reason?: string };

/**
 * Executes planned repairs, and no others. Confirms each finding again, because a plan may be old.
 * An unknown object is scheduled for purge after the grace, so that an operator can stop a mistake.
 * A failed repair becomes an outcome and does not stop the rest.
 * Errors: unavailable, if the store or the database is unavailable.
 */
export async function executeRepairs(
  context: AppContext,
  planned: readonly PlannedRepair[],
): Promise<RepairOutcome[]> {
  const findings = planned.map(({ finding }) => finding);
  const confirmed = new Set((await confirmFindings(context, findings)).map(findingKey));
  const due = planned.filter(({ finding }) => confirmed.has(findingKey(finding)));
  await scheduleUnknownPurges(context, due);
  const failureByFile = new Map<string, string | null>();
  const outcomes: RepairOutcome[] = [];
  for (const plan of planned) {
    const { finding, repair } = plan;
    if (repair.action === "nothing") outcomes.push({ ...plan, resolved: false, reason: repair.reason });
    else if (!confirmed.has(findingKey(finding)))
      outcomes.push({ ...plan, resolved: true, reason: "it is already consistent" });
    else if (repair.action === "destroy") outcomes.push({ ...plan, resolved: true });
    else {
      // Several findings of one file have one repair.
      const known = failureByFile.get(repair.fileId);
      const failure = known === undefined ? await repairFile(context, repair) : known;
      failureByFile.set(repair.fileId, failure);
      outcomes.push({ ...plan, ...(failure ? { resolved: false, reason: failure } : { resolved: true }) });
    }
  }
  return outcomes;
}

function findingKey(finding: Finding): string {
  const { storage, key } = finding;
  return `${storage} ${key} ${finding.kind === "unknown" ? (finding.multipartId ?? "") : ""}`;
}

async function scheduleUnknownPurges(context: AppContext, planned: readonly PlannedRepair[]): Promise<void> {
  const targets = planned.flatMap(({ finding, repair }) => {
    if (finding.kind !== "unknown" || repair.action !== "destroy") return [];
    const { storage, key: prefix, multipartId } = finding;
    return [{ storage, prefix, ...(multipartId === undefined ? {} : { multipartId }) }];
  });
  await context.db.$transaction((tx) => schedulePurge(tx, context, targets, context.limits.sweepGrace));
}

/** Returns null, or why the repair failed. */
async function repairFile(
  context: AppContext,
  { action, fileId }: Extract<Repair, { action: "render" | "publish" }>,
): Promise<string | null> {
  const file = await context.db.file.findUnique({ where: { id: fileId } });
  if (!file || file.purgedAt) return "its file no longer exists";
  try {
    if (action === "publish") await republishPicture(context, file);
    else if ((await hashStoredObject(context, originalKey(file))) !== file.sha256)
      return "its original is not the one that was stored: restore that from a backup first";
    else await recropPicture(context, file, file.crop ? cropSchema.parse(file.crop) : null);
    return null;
  } catch (error) {
    if (error instanceof Problem && error.code !== "unavailable") return error.message;
    throw error;
  }
}

async function hashStoredObject({ storages }: AppContext, key: string): Promise<string> {
  const hash = createHash("sha256");
  await storages.private.forEachChunk(key, (bytes) => hash.update(bytes));
  return hash.digest("base64");
}

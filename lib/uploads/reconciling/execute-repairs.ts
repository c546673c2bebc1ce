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

/** `done` is false where nothing could be done, `because` says why, or why nothing had to be. */
export type RepairOutcome = PlannedRepair & { done: boolean; reason?: string };

/**
 * Does what was planned, and no more: each finding is looked at once again, for a plan may be old. What is unknown is doomed, so that the sweep
 * destroys it after the grace and a mistake can be stopped until then. What fails is told and does not stop the rest; where the store or the
 * database is away it fails with `unavailable`.
 */
export async function executeRepairs(deps: AppContext, planned: readonly PlannedRepair[]): Promise<RepairOutcome[]> {
  const still = new Set(
    (
      await confirmFindings(
        deps,
        planned.map(({ finding }) => finding),
      )
    ).map(findingKey),
  );
  const due = planned.filter(({ finding }) => still.has(findingKey(finding)));
  await scheduleUnknownPurges(deps, due);
  const files = new Map<string, string | null>();
  const outcomes: RepairOutcome[] = [];
  for (const each of planned) {
    const { finding, repair } = each;
    if (repair.action === "nothing") outcomes.push({ ...each, done: false, reason: repair.reason });
    else if (!still.has(findingKey(finding)))
      outcomes.push({ ...each, done: true, reason: "it is in order by now" });
    else if (repair.action === "destroy") outcomes.push({ ...each, done: true });
    else {
      const failed = files.has(repair.fileId) ? files.get(repair.fileId) : await repairFile(deps, repair);
      files.set(repair.fileId, failed ?? null);
      outcomes.push({ ...each, ...(failed ? { done: false, reason: failed } : { done: true }) });
    }
  }
  return outcomes;
}

function findingKey(finding: Finding): string {
  const { storage, key } = finding;
  return `${storage} ${key} ${finding.kind === "unknown" ? (finding.multipartId ?? "") : ""}`;
}

async function scheduleUnknownPurges(deps: AppContext, planned: readonly PlannedRepair[]): Promise<void> {
  const doomed = planned.flatMap(({ finding, repair }) => {
    if (finding.kind !== "unknown" || repair.action !== "destroy") return [];
    const { storage, key: prefix, multipartId } = finding;
    return [{ storage, prefix, ...(multipartId === undefined ? {} : { multipartId }) }];
  });
  await deps.db.$transaction((tx) => schedulePurge(tx, deps, doomed, deps.limits.sweepGrace));
}

/** Null, or why it could not be done. */
async function repairFile(
  deps: AppContext,
  { action: what, fileId }: Extract<Repair, { action: "render" | "publish" }>,
): Promise<string | null> {
  const file = await deps.db.file.findUnique({ where: { id: fileId } });
  if (!file || file.purgedAt) return "its file is gone by now";
  try {
    if (what === "publish") await republishPicture(deps, file);
    else if ((await hashStoredObject(deps, originalKey(file))) !== file.sha256)
      return "its original is not the one that was stored: restore that from a backup first";
    else await recropPicture(deps, file, file.crop ? cropSchema.parse(file.crop) : null);
    return null;
  } catch (thrown) {
    if (thrown instanceof Problem && thrown.code !== "unavailable") return thrown.message;
    throw thrown;
  }
}

async function hashStoredObject({ storages }: AppContext, key: string): Promise<string> {
  const hash = createHash("sha256");
  await storages.private.forEachChunk(key, (bytes) => hash.update(bytes));
  return hash.digest("base64");
}

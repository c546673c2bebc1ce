import { createHash } from "node:crypto";
import type { Deps } from "../../deps";
import { Problem } from "../../errors";
import { originalKey } from "../../files/file";
import { doom } from "../../files/purge";
import { recrop } from "../../files/recrop";
import { republish } from "../../files/republish";
import { cropSchema } from "../../inspect/crop";
import { confirm } from "./confirm";
import type { Finding } from "./finding";
import type { Repair } from "./plan";

export type Planned = { finding: Finding; repair: Repair };

/** `done` is false where nothing could be done, `because` says why, or why nothing had to be. */
export type Outcome = Planned & { done: boolean; because?: string };

/**
 * Does what was planned, and no more: each finding is looked at once again, for a plan may be old. What is unknown is doomed, so that the sweep
 * destroys it after the grace and a mistake can be stopped until then. What fails is told and does not stop the rest; where the store or the
 * database is away it fails with `unavailable`.
 */
export async function carryOutRepairs(deps: Deps, planned: readonly Planned[]): Promise<Outcome[]> {
  const still = new Set(
    (
      await confirm(
        deps,
        planned.map(({ finding }) => finding),
      )
    ).map(nameOf),
  );
  const due = planned.filter(({ finding }) => still.has(nameOf(finding)));
  await doomAll(deps, due);
  const files = new Map<string, string | null>();
  const outcomes: Outcome[] = [];
  for (const each of planned) {
    const { finding, repair } = each;
    if (repair.what === "nothing") outcomes.push({ ...each, done: false, because: repair.because });
    else if (!still.has(nameOf(finding)))
      outcomes.push({ ...each, done: true, because: "it is in order by now" });
    else if (repair.what === "destroy") outcomes.push({ ...each, done: true });
    else {
      const failed = files.has(repair.fileId) ? files.get(repair.fileId) : await mend(deps, repair);
      files.set(repair.fileId, failed ?? null);
      outcomes.push({ ...each, ...(failed ? { done: false, because: failed } : { done: true }) });
    }
  }
  return outcomes;
}

function nameOf(finding: Finding): string {
  const { storage, key } = finding;
  return `${storage} ${key} ${finding.kind === "unknown" ? (finding.multipartId ?? "") : ""}`;
}

async function doomAll(deps: Deps, planned: readonly Planned[]): Promise<void> {
  const doomed = planned.flatMap(({ finding, repair }) => {
    if (finding.kind !== "unknown" || repair.what !== "destroy") return [];
    const { storage, key: prefix, multipartId } = finding;
    return [{ storage, prefix, ...(multipartId === undefined ? {} : { multipartId }) }];
  });
  await deps.db.$transaction((tx) => doom(tx, deps, doomed, deps.limits.sweepGrace));
}

/** Null, or why it could not be done. */
async function mend(
  deps: Deps,
  { what, fileId }: Extract<Repair, { what: "render" | "publish" }>,
): Promise<string | null> {
  const file = await deps.db.file.findUnique({ where: { id: fileId } });
  if (!file || file.purgedAt) return "its file is gone by now";
  try {
    if (what === "publish") await republish(deps, file);
    else if ((await sha256Of(deps, originalKey(file))) !== file.sha256)
      return "its original is not the one that was stored: restore that from a backup first";
    else await recrop(deps, file, file.crop ? cropSchema.parse(file.crop) : null);
    return null;
  } catch (thrown) {
    if (thrown instanceof Problem && thrown.code !== "unavailable") return thrown.message;
    throw thrown;
  }
}

async function sha256Of({ storages }: Deps, key: string): Promise<string> {
  const hash = createHash("sha256");
  await storages.private.drain(key, (bytes) => hash.update(bytes));
  return hash.digest("base64");
}

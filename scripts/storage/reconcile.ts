import type { AppContext } from "../../lib/app-context";
import { reconcile as differences } from "../../lib/uploads/reconcile";
import { executeRepairs, type PlannedRepair } from "../../lib/uploads/reconciling/execute-repairs";
import type { Finding } from "../../lib/uploads/reconciling/finding";
import { planRepair } from "../../lib/uploads/reconciling/plan-repair";
import { createAppContext } from "../../server/app-context";
import { openEnvironment } from "../../server/environment";
import type { StorageCommandOptions } from "../storage";
import { JsonLinesFile } from "./json-lines-file";
import {
  formatFinding,
  formatJson,
  formatPlannedRepair,
  formatRepairOutcome,
  formatSummary,
} from "./reconcile-output";
import { writeOutput } from "./write-output";

const [CLEAN, DIFFERENT, COULD_NOT_LOOK] = [0, 1, 2];

/**
 * `npm run storage -- reconcile`: 0 where database and storage agree, 1 where they do not (or a repair has left something), 2 where that could not be
 * found out. Without `--repair` nothing is changed.
 */
export async function runReconcileCommand({ json, dryRun, repair }: StorageCommandOptions): Promise<number> {
  try {
    if (json && repair) throw new Error("A repair says in words what it does; --json is for looking.");
    const { env, close } = await openEnvironment();
    const deps = createAppContext(env);
    try {
      if (repair)
        return await withJsonLinesFile<PlannedRepair>((plan) => repairDifferences(deps, plan, dryRun));
      return await (json ? withJsonLinesFile<Finding>((spool) => printJson(deps, spool)) : printText(deps));
    } finally {
      await deps.close();
      await close();
    }
  } catch (thrown) {
    console.error(thrown instanceof Error ? thrown.message : thrown);
    return COULD_NOT_LOOK;
  }
}

async function withJsonLinesFile<T>(work: (spool: JsonLinesFile<T>) => Promise<number>): Promise<number> {
  const spool = await JsonLinesFile.open<T>();
  try {
    return await work(spool);
  } finally {
    await spool.remove();
  }
}

/** Said when all is known, for the counts come first: where the looking fails there is no half of an answer. */
async function printJson(deps: AppContext, spool: JsonLinesFile<Finding>): Promise<number> {
  const checked = { rows: 0, objects: 0 };
  let outcome = CLEAN;
  for await (const finding of differences(deps, checked)) {
    await spool.add(finding);
    outcome = DIFFERENT;
  }
  await writeOutput(formatJson(checked, () => spool.read()));
  return outcome;
}

async function printText(deps: AppContext): Promise<number> {
  const [checked, tally] = [
    { rows: 0, objects: 0 },
    { missing: 0, unknown: 0, mismatched: 0 },
  ];
  async function* lines() {
    for await (const finding of differences(deps, checked)) {
      tally[finding.kind] += 1;
      yield formatFinding(finding);
    }
    yield formatSummary(checked, tally);
  }
  await writeOutput(lines());
  return tally.missing + tally.unknown + tally.mismatched === 0 ? CLEAN : DIFFERENT;
}

/** Repairs that are carried out together. */
const BATCH_SIZE = 200;

/** First everything that would be done, then the doing of exactly that. */
async function repairDifferences(
  deps: AppContext,
  plan: JsonLinesFile<PlannedRepair>,
  dryRun: boolean,
): Promise<number> {
  const [checked, tally] = [
    { rows: 0, objects: 0 },
    { missing: 0, unknown: 0, mismatched: 0 },
  ];
  async function* planning() {
    for await (const finding of differences(deps, checked)) {
      tally[finding.kind] += 1;
      const planned = { finding, repair: await planRepair(deps, finding) };
      await plan.add(planned);
      yield formatPlannedRepair(planned, deps.limits.sweepGrace);
    }
    yield formatSummary(checked, tally);
  }
  const heard = await writeOutput(planning());
  const different = tally.missing + tally.unknown + tally.mismatched > 0;
  // What nobody has read to its end is not done.
  if (dryRun || !different || !heard) return different ? DIFFERENT : CLEAN;
  let outcome = CLEAN;
  async function* doing() {
    yield "\nNow:\n";
    for await (const batch of toBatches(plan.read()))
      for (const each of await executeRepairs(deps, batch)) {
        if (!each.done) outcome = DIFFERENT;
        yield formatRepairOutcome(each);
      }
  }
  return (await writeOutput(doing())) ? outcome : DIFFERENT;
}

async function* toBatches<T>(stream: AsyncIterable<T>): AsyncGenerator<T[]> {
  let batch: T[] = [];
  for await (const each of stream) {
    batch.push(each);
    if (batch.length < BATCH_SIZE) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}

import type { AppContext } from "../../lib/app-context";
import { createAppContext } from "../../lib/config/create-app-context";
import { reconcile } from "../../lib/uploads/reconcile";
import { executeRepairs, type PlannedRepair } from "../../lib/uploads/reconciling/execute-repairs";
import type { Finding } from "../../lib/uploads/reconciling/finding";
import { planRepair } from "../../lib/uploads/reconciling/plan-repair";
import { openEnvironment } from "../../server/environment";
import type { StorageCommandOptions } from "./command-options";
import { JsonLinesFile } from "./json-lines-file";
import {
  formatFinding,
  formatJson,
  formatPlannedRepair,
  formatRepairOutcome,
  formatSummary,
} from "./reconcile-output";
import { writeOutput } from "./write-output";

const [CLEAN, DIFFERENT, NOT_CHECKED] = [0, 1, 2];

/**
 * `npm run storage -- reconcile`: returns 0 if database and storage agree, 1 if they differ or a
 * repair failed, 2 if they could not be compared. Changes nothing without `--repair`.
 */
export async function runReconcileCommand({ json, dryRun, repair }: StorageCommandOptions): Promise<number> {
  try {
    if (json && repair) throw new Error("--json and --repair cannot be combined: a repair prints text only.");
    const { env, close } = await openEnvironment();
    const context = createAppContext(env);
    try {
      if (repair)
        return await withJsonLinesFile<PlannedRepair>((plan) => repairDifferences(context, plan, dryRun));
      return await (json
        ? withJsonLinesFile<Finding>((findings) => printJson(context, findings))
        : printText(context));
    } finally {
      await context.close();
      await close();
    }
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    return NOT_CHECKED;
  }
}

async function withJsonLinesFile<T>(work: (file: JsonLinesFile<T>) => Promise<number>): Promise<number> {
  const file = await JsonLinesFile.open<T>();
  try {
    return await work(file);
  } finally {
    await file.remove();
  }
}

/** Prints after the comparison, because the counts come first: a failure prints no partial JSON. */
async function printJson(context: AppContext, findings: JsonLinesFile<Finding>): Promise<number> {
  const checked = { rows: 0, objects: 0 };
  let outcome = CLEAN;
  for await (const finding of reconcile(context, checked)) {
    await findings.add(finding);
    outcome = DIFFERENT;
  }
  await writeOutput(formatJson(checked, () => findings.read()));
  return outcome;
}

async function printText(context: AppContext): Promise<number> {
  const [checked, counts] = [
    { rows: 0, objects: 0 },
    { missing: 0, unknown: 0, mismatched: 0 },
  ];
  async function* lines() {
    for await (const finding of reconcile(context, checked)) {
      counts[finding.kind] += 1;
      yield formatFinding(finding);
    }
    yield formatSummary(checked, counts);
  }
  await writeOutput(lines());
  return counts.missing + counts.unknown + counts.mismatched === 0 ? CLEAN : DIFFERENT;
}

/** Repairs in one batch. */
const BATCH_SIZE = 200;

/** Prints the complete plan first, then executes exactly that plan. */
async function repairDifferences(
  context: AppContext,
  plan: JsonLinesFile<PlannedRepair>,
  dryRun: boolean,
): Promise<number> {
  const [checked, counts] = [
    { rows: 0, objects: 0 },
    { missing: 0, unknown: 0, mismatched: 0 },
  ];
  async function* planning() {
    for await (const finding of reconcile(context, checked)) {
      counts[finding.kind] += 1;
      const planned = { finding, repair: await planRepair(context, finding) };
      await plan.add(planned);
      yield formatPlannedRepair(planned, context.limits.sweepGrace);
    }
    yield formatSummary(checked, counts);
  }
  const isPlanRead = await writeOutput(planning());
  const isDifferent = counts.missing + counts.unknown + counts.mismatched > 0;
  // A plan that was not read to its end is not executed.
  if (dryRun || !isDifferent || !isPlanRead) return isDifferent ? DIFFERENT : CLEAN;
  let outcome = CLEAN;
  async function* executing() {
    yield "\nNow:\n";
    for await (const batch of toBatches(plan.read()))
      for (const repaired of await executeRepairs(context, batch)) {
        if (!repaired.resolved) outcome = DIFFERENT;
        yield formatRepairOutcome(repaired);
      }
  }
  return (await writeOutput(executing())) ? outcome : DIFFERENT;
}

async function* toBatches<T>(stream: AsyncIterable<T>): AsyncGenerator<T[]> {
  let batch: T[] = [];
  for await (const item of stream) {
    batch.push(item);
    if (batch.length < BATCH_SIZE) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}

import type { Deps } from "../../lib/deps";
import { reconcile as differences } from "../../lib/uploads/reconcile";
import type { Finding } from "../../lib/uploads/reconciling/finding";
import { repairOf } from "../../lib/uploads/reconciling/plan";
import { carryOutRepairs, type Planned } from "../../lib/uploads/reconciling/repair";
import { depsOf } from "../deps";
import type { StorageOptions } from "../storage";
import { surroundings } from "../surroundings";
import { jsonOf, lineOf, outcomeLine, planLine, summaryOf } from "./differences";
import { say } from "./say";
import { Spool } from "./spool";

const [CLEAN, DIFFERENT, COULD_NOT_LOOK] = [0, 1, 2];

/**
 * `npm run storage -- reconcile`: 0 where database and storage agree, 1 where they do not (or a repair has left something), 2 where that could not be
 * found out. Without `--repair` nothing is changed.
 */
export async function reconcile({ json, dryRun, repair }: StorageOptions): Promise<number> {
  try {
    if (json && repair) throw new Error("A repair says in words what it does; --json is for looking.");
    const { env, close } = await surroundings();
    const deps = depsOf(env);
    try {
      if (repair) return await spooled<Planned>((plan) => mend(deps, plan, dryRun));
      return await (json ? spooled<Finding>((spool) => inJson(deps, spool)) : inWords(deps));
    } finally {
      await deps.close();
      await close();
    }
  } catch (thrown) {
    console.error(thrown instanceof Error ? thrown.message : thrown);
    return COULD_NOT_LOOK;
  }
}

async function spooled<T>(work: (spool: Spool<T>) => Promise<number>): Promise<number> {
  const spool = await Spool.open<T>();
  try {
    return await work(spool);
  } finally {
    await spool.remove();
  }
}

/** Said when all is known, for the counts come first: where the looking fails there is no half of an answer. */
async function inJson(deps: Deps, spool: Spool<Finding>): Promise<number> {
  const checked = { rows: 0, objects: 0 };
  let outcome = CLEAN;
  for await (const finding of differences(deps, checked)) {
    await spool.add(finding);
    outcome = DIFFERENT;
  }
  await say(jsonOf(checked, () => spool.read()));
  return outcome;
}

async function inWords(deps: Deps): Promise<number> {
  const [checked, tally] = [
    { rows: 0, objects: 0 },
    { missing: 0, unknown: 0, mismatched: 0 },
  ];
  async function* lines() {
    for await (const finding of differences(deps, checked)) {
      tally[finding.kind] += 1;
      yield lineOf(finding);
    }
    yield summaryOf(checked, tally);
  }
  await say(lines());
  return tally.missing + tally.unknown + tally.mismatched === 0 ? CLEAN : DIFFERENT;
}

/** Repairs that are carried out together. */
const BATCH = 200;

/** First everything that would be done, then the doing of exactly that. */
async function mend(deps: Deps, plan: Spool<Planned>, dryRun: boolean): Promise<number> {
  const [checked, tally] = [
    { rows: 0, objects: 0 },
    { missing: 0, unknown: 0, mismatched: 0 },
  ];
  async function* planning() {
    for await (const finding of differences(deps, checked)) {
      tally[finding.kind] += 1;
      const planned = { finding, repair: await repairOf(deps, finding) };
      await plan.add(planned);
      yield planLine(planned, deps.limits.sweepGrace);
    }
    yield summaryOf(checked, tally);
  }
  const heard = await say(planning());
  const different = tally.missing + tally.unknown + tally.mismatched > 0;
  // What nobody has read to its end is not done.
  if (dryRun || !different || !heard) return different ? DIFFERENT : CLEAN;
  let outcome = CLEAN;
  async function* doing() {
    yield "\nNow:\n";
    for await (const batch of batches(plan.read()))
      for (const each of await carryOutRepairs(deps, batch)) {
        if (!each.done) outcome = DIFFERENT;
        yield outcomeLine(each);
      }
  }
  return (await say(doing())) ? outcome : DIFFERENT;
}

async function* batches<T>(stream: AsyncIterable<T>): AsyncGenerator<T[]> {
  let batch: T[] = [];
  for await (const each of stream) {
    batch.push(each);
    if (batch.length < BATCH) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}

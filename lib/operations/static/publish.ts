import type { Clock } from "../../clock";
import { publishFile } from "./publish-file";
import type { StaticFile } from "./collect-files";
import { ConcurrencyLimiter } from "./concurrency-limiter";
import {
  type ManifestEntry,
  buildKeysOf,
  type Manifest,
  type PublishedBuilds,
  readManifests,
  writeManifest,
  compareNewestFirst,
} from "./manifest";
import { staticPolicyOf } from "./policy";
import type { StaticTarget } from "./target";

/** Files under way at once. */
const CONCURRENCY = 8;

export type PublishResult = {
  build: string;
  /** Keys. */
  added: string[];
  replaced: string[];
  unchanged: number;
  removed: string[];
  /** Manifests at the target that nobody can read; while there is one, nothing is removed. */
  unreadable: string[];
};

type Options = {
  clock: Clock;
  /** Next's id of this build. */
  build: string;
  /** How long what only an earlier build names is kept once another has followed, so that pages that are open go on working. Seconds. */
  keepSeconds: number;
  /** Says what would be done, and does nothing. */
  dryRun?: boolean;
};

/**
 * Publishes a build: what is not there yet first, its manifest last, then what no build needs any more is removed. A file under a
 * fingerprinted name is never overwritten; the few of `public/` under names of their own are, where they differ. Any publication may be repeated, run
 * beside another, or be of an older build, and mends what a disk has lost: docs/decisions/0050-static-files.md. Throws where a build has
 * other bytes under a fingerprinted name than one before it, and where somebody removed meanwhile what it needs.
 */
export async function publishFiles(
  files: AsyncIterable<StaticFile>,
  target: StaticTarget,
  { clock, build, keepSeconds: keep, dryRun = false }: Options,
): Promise<PublishResult> {
  const there = await listKeys(target);
  const before = await readManifests(target);
  const known = fingerprintedEntries(before.manifests);
  const done: PublishResult = { build, added: [], replaced: [], unchanged: 0, removed: [], unreadable: [] };
  const entries: Manifest["files"] = {};
  const lanes = new ConcurrencyLimiter(CONCURRENCY);
  for await (const file of files)
    await lanes.add(async () => {
      entries[file.address] = await publishFile(file, { target, existingKeys: there, knownEntries: known, result: done, dryRun });
    });
  await lanes.finish();
  const now: Manifest = { version: 1, build, publishedAt: publishedAtOf(before, build, clock), files: entries };
  if (!dryRun) await writeManifest(target, now);
  const after = dryRun ? before : await readManifests(target);
  const left = dryRun ? there : await listKeys(target);
  const lost = buildKeysOf(now, { earlier: false }).find((key) => !dryRun && !left.has(key));
  if (lost) throw new Error(`${target.name} has lost ${lost} meanwhile. Please publish again.`);
  const mine = [now, ...after.manifests.filter((each) => each.build !== build)];
  done.unreadable = after.unreadable;
  done.removed =
    after.unreadable.length > 0 ? [] : findObsoleteKeys(mine, clock, keep).filter((key) => left.has(key));
  if (dryRun) return done;
  for (const key of done.removed) await lanes.add(() => target.remove(key));
  await lanes.finish();
  return done;
}

/** The build that is served already has been so since then: publishing it again must not put off the end of those before it. */
function publishedAtOf({ manifests: [youngest] }: PublishedBuilds, build: string, clock: Clock): string {
  return youngest?.build === build ? youngest.publishedAt : clock.now().toISOString();
}

async function listKeys(target: StaticTarget): Promise<Set<string>> {
  const found = new Set<string>();
  for await (const { key } of target.list("")) found.add(key);
  return found;
}

function fingerprintedEntries(manifests: readonly Manifest[]): Map<string, ManifestEntry> {
  const files = manifests.flatMap((each) => Object.entries(each.files));
  return new Map(files.filter(([address]) => staticPolicyOf(address).isFingerprinted));
}

/**
 * What builds have named and none needs any more. Never what no manifest names: that is another publication's that is under way, or not ours. A
 * build is over `keep` after the one that followed it, for until then people were given its pages.
 */
function findObsoleteKeys(manifests: readonly Manifest[], clock: Clock, keep: number): string[] {
  const byAge = manifests.toSorted(compareNewestFirst);
  const isLiving = (index: number) => {
    const follower = byAge[index - 1];
    return !follower || Date.parse(follower.publishedAt) + keep * 1000 > clock.now().getTime();
  };
  const needed = new Set(
    byAge.flatMap((each, index) => (isLiving(index) ? buildKeysOf(each, { earlier: index > 0 }) : [])),
  );
  const named = new Set(byAge.flatMap((each) => buildKeysOf(each, { earlier: false })));
  return [...named].filter((key) => !needed.has(key));
}

import type { Clock } from "../../clock";
import { mapConcurrently } from "../../concurrency";
import type { StaticFile } from "./collect-files";
import {
  buildKeysOf,
  compareNewestFirst,
  type Manifest,
  type ManifestEntry,
  type PublishedBuilds,
  readManifests,
  writeManifest,
} from "./manifest";
import { staticPolicyOf } from "./policy";
import { publishFile } from "./publish-file";
import type { StaticTarget } from "./target";

const CONCURRENCY = 8;

export type PublishResult = {
  build: string;
  /** Keys. */
  added: string[];
  replaced: string[];
  unchanged: number;
  removed: string[];
  /** Keys of manifests that cannot be parsed. If there is one, no file is removed. */
  unreadable: string[];
};

type Options = {
  clock: Clock;
  /** Next's id of this build. */
  build: string;
  /**
   * How long, in seconds, the files of a build stay after the next one, for pages that are still
   * open.
   */
  keepSeconds: number;
  /** Reports what would be done and changes nothing. */
  dryRun?: boolean;
};

/**
 * Publishes a build: writes new files, then its manifest, then removes files that no build needs. A
 * fingerprinted file is never overwritten; a file of `public/` is, if its bytes differ. A
 * publication can be repeated, run concurrently or be of an older build, and repairs what a disk
 * has lost: docs/decisions/0050-static-files.md. Throws if a fingerprinted name has other bytes in
 * an earlier build, or if a file that it needs was removed at the same time.
 */
export async function publishFiles(
  files: AsyncIterable<StaticFile>,
  target: StaticTarget,
  { clock, build, keepSeconds, dryRun = false }: Options,
): Promise<PublishResult> {
  const existingKeys = await listKeys(target);
  const before = await readManifests(target);
  const knownEntries = fingerprintedEntries(before.manifests);
  const result: PublishResult = { build, added: [], replaced: [], unchanged: 0, removed: [], unreadable: [] };
  const entries: Manifest["files"] = {};
  const state = { target, existingKeys, knownEntries, result, dryRun };
  const publish = async (file: StaticFile) => {
    entries[file.address] = await publishFile(file, state);
  };
  await mapConcurrently(files, CONCURRENCY, publish);
  const publishedAt = publishedAtOf(before, build, clock);
  const manifest: Manifest = { version: 1, build, publishedAt, files: entries };
  if (!dryRun) await writeManifest(target, manifest);
  const after = dryRun ? before : await readManifests(target);
  const currentKeys = dryRun ? existingKeys : await listKeys(target);
  const lost = buildKeysOf(manifest, { earlier: false }).find((key) => !dryRun && !currentKeys.has(key));
  if (lost) throw new Error(`${lost} was removed from ${target.name} during the publication. Publish again.`);
  const manifests = [manifest, ...after.manifests.filter((other) => other.build !== build)];
  result.unreadable = after.unreadable;
  if (after.unreadable.length > 0) return result;
  result.removed = findObsoleteKeys(manifests, clock, keepSeconds).filter((key) => currentKeys.has(key));
  if (!dryRun) await mapConcurrently(result.removed, CONCURRENCY, (key) => target.remove(key));
  return result;
}

/**
 * Keeps the time of the build that is served: repeating it must not extend the life of earlier
 * builds.
 */
function publishedAtOf({ manifests: [newest] }: PublishedBuilds, build: string, clock: Clock): string {
  return newest?.build === build ? newest.publishedAt : clock.now().toISOString();
}

async function listKeys(target: StaticTarget): Promise<Set<string>> {
  const keys = new Set<string>();
  for await (const { key } of target.list("")) keys.add(key);
  return keys;
}

function fingerprintedEntries(manifests: readonly Manifest[]): Map<string, ManifestEntry> {
  const files = manifests.flatMap((manifest) => Object.entries(manifest.files));
  return new Map(files.filter(([address]) => staticPolicyOf(address).isFingerprinted));
}

/**
 * Lists keys that a manifest names and no build needs. Keys without a manifest are not listed: they
 * belong to another running publication, or to other software. A build expires `keepSeconds` after
 * the next one was published, because until then people received its pages.
 */
function findObsoleteKeys(manifests: readonly Manifest[], clock: Clock, keepSeconds: number): string[] {
  const newestFirst = manifests.toSorted(compareNewestFirst);
  const isNeeded = (index: number) => {
    const successor = newestFirst[index - 1];
    return !successor || Date.parse(successor.publishedAt) + keepSeconds * 1000 > clock.now().getTime();
  };
  const needed = new Set(
    newestFirst.flatMap((manifest, index) =>
      isNeeded(index) ? buildKeysOf(manifest, { earlier: index > 0 }) : [],
    ),
  );
  const named = new Set(newestFirst.flatMap((manifest) => buildKeysOf(manifest, { earlier: false })));
  return [...named].filter((key) => !needed.has(key));
}

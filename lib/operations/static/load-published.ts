import type { StaticFile } from "./collect-files";
import type { ContentCoding } from "./encode";
import { type ManifestEntry, readManifests } from "./manifest";
import { type StaticPolicy, staticPolicyOf } from "./policy";
import { readPublishedFile } from "./read-published";
import type { StaticTarget } from "./target";

/** A published file in memory. */
export type LoadedFile = {
  policy: StaticPolicy;
  sha256: string;
  codings: ReadonlyMap<ContentCoding, Buffer>;
};

/**
 * Loads the files of `build` into memory, by URL path: a few megabytes. Adds the fingerprinted
 * files of other builds, for pages that are already open. Throws if this build is not complete.
 */
export async function loadPublishedFiles(
  target: StaticTarget,
  build: string,
): Promise<ReadonlyMap<string, LoadedFile>> {
  const loaded = new Map<string, LoadedFile>();
  for await (const [address, file] of readBuildFiles(target, build)) loaded.set(address, file);
  const { manifests } = await readManifests(target);
  for (const { files } of manifests)
    for (const [address, entry] of Object.entries(files)) {
      if (loaded.has(address) || !staticPolicyOf(address).isFingerprinted) continue;
      // Few pages need a file of an earlier build: if it is missing, the server starts anyway.
      const file = await loadFile(target, address, entry);
      if (file) loaded.set(address, file);
    }
  return loaded;
}

/**
 * Yields the files of a published build, to publish it at another target. Throws if it is not
 * complete.
 */
export async function* readPublishedFiles(target: StaticTarget, build: string): AsyncGenerator<StaticFile> {
  for await (const [address, { sha256, codings }] of readBuildFiles(target, build)) {
    const bytes = codings.get("identity");
    if (bytes) yield { address, sha256, bytes };
  }
}

async function* readBuildFiles(
  target: StaticTarget,
  build: string,
): AsyncGenerator<[address: string, LoadedFile]> {
  const { manifests } = await readManifests(target);
  const published = manifests.find((manifest) => manifest.build === build);
  if (!published)
    throw new Error(`Build ${build} is not published at ${target.name}. ${republishHint(target)}`);
  for (const [address, entry] of Object.entries(published.files)) {
    const file = await loadFile(target, address, entry);
    if (!file)
      throw new Error(
        `${address} is missing at ${target.name}, or has other bytes. ${republishHint(target)}`,
      );
    yield [address, file];
  }
}

function republishHint({ name }: StaticTarget): string {
  return `Publish again: npm run static -- publish --to ${name}`;
}

/** Whether a build is complete: every file in every content coding. */
export async function isPublished(target: StaticTarget, build: string): Promise<boolean> {
  const { manifests } = await readManifests(target);
  const published = manifests.find((manifest) => manifest.build === build);
  if (!published) return false;
  for (const [address, entry] of Object.entries(published.files))
    if (!(await readPublishedFile(target, address, entry))) return false;
  return true;
}

async function loadFile(
  target: StaticTarget,
  address: string,
  entry: ManifestEntry,
): Promise<LoadedFile | null> {
  const codings = await readPublishedFile(target, address, entry);
  return codings && { policy: staticPolicyOf(address), sha256: entry.sha256, codings };
}

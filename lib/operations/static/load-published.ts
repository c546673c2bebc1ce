import type { StaticFile } from "./collect-files";
import type { ContentCoding } from "./encode";
import { type ManifestEntry, readManifests } from "./manifest";
import { type StaticPolicy, staticPolicyOf } from "./policy";
import type { StaticTarget } from "./target";
import { readPublishedFile } from "./read-published";

/** A published file in memory. */
export type LoadedFile = {
  policy: StaticPolicy;
  sha256: string;
  codings: ReadonlyMap<ContentCoding, Buffer>;
};

/**
 * Everything of `build` that is published at a target, by address: a few megabytes. Of fingerprinted files those of the other builds there as well,
 * for pages that are open. Throws where this build is not there whole.
 */
export async function loadPublishedFiles(target: StaticTarget, build: string): Promise<ReadonlyMap<string, LoadedFile>> {
  const loaded = new Map<string, LoadedFile>();
  for await (const [address, file] of readBuildFiles(target, build)) loaded.set(address, file);
  const { manifests } = await readManifests(target);
  for (const { files } of manifests)
    for (const [address, entry] of Object.entries(files)) {
      if (loaded.has(address) || !staticPolicyOf(address).isFingerprinted) continue;
      // What is missing of an earlier build is missed by few, and no reason not to start.
      const file = await loadFile(target, address, entry);
      if (file) loaded.set(address, file);
    }
  return loaded;
}

/** The files of a build that is published at one place, to publish it at another. Throws where it is not there whole. */
export async function* readPublishedFiles(target: StaticTarget, build: string): AsyncGenerator<StaticFile> {
  for await (const [address, { sha256, codings: forms }] of readBuildFiles(target, build)) {
    const bytes = forms.get("identity");
    if (bytes) yield { address, sha256, bytes };
  }
}

async function* readBuildFiles(target: StaticTarget, build: string): AsyncGenerator<[address: string, LoadedFile]> {
  const { manifests } = await readManifests(target);
  const published = manifests.find((each) => each.build === build);
  if (!published) throw new Error(`Build ${build} is not published at ${target.name}. ${republishHint(target)}`);
  for (const [address, entry] of Object.entries(published.files)) {
    const file = await loadFile(target, address, entry);
    if (!file) throw new Error(`${target.name} lacks ${address}, or has other bytes there. ${republishHint(target)}`);
    yield [address, file];
  }
}

function republishHint({ name }: StaticTarget): string {
  return `Please publish again: npm run static -- publish --to ${name}`;
}

/** Whether this build is there whole, every file of it in every form. */
export async function isPublished(target: StaticTarget, build: string): Promise<boolean> {
  const { manifests } = await readManifests(target);
  const published = manifests.find((each) => each.build === build);
  if (!published) return false;
  for (const [address, entry] of Object.entries(published.files))
    if (!(await readPublishedFile(target, address, entry))) return false;
  return true;
}

async function loadFile(target: StaticTarget, address: string, entry: ManifestEntry): Promise<LoadedFile | null> {
  const forms = await readPublishedFile(target, address, entry);
  return forms && { policy: staticPolicyOf(address), sha256: entry.sha256, codings: forms };
}

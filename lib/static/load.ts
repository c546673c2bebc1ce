import type { StaticFile } from "./collect";
import type { Form } from "./encode";
import { type Entry, readManifests } from "./manifest";
import { type StaticPolicy, staticPolicy } from "./policy";
import type { StaticTarget } from "./target";
import { readWhole } from "./whole";

/** A published file in memory. */
export type Loaded = {
  policy: StaticPolicy;
  sha256: string;
  forms: ReadonlyMap<Form, Buffer>;
};

/**
 * Everything of `build` that is published at a target, by address: a few megabytes. Of fingerprinted files those of the other builds there as well,
 * for pages that are open. Throws where this build is not there whole.
 */
export async function loadStatic(target: StaticTarget, build: string): Promise<ReadonlyMap<string, Loaded>> {
  const loaded = new Map<string, Loaded>();
  for await (const [address, file] of filesOf(target, build)) loaded.set(address, file);
  const { manifests } = await readManifests(target);
  for (const { files } of manifests)
    for (const [address, entry] of Object.entries(files)) {
      if (loaded.has(address) || !staticPolicy(address).fingerprinted) continue;
      // What is missing of an earlier build is missed by few, and no reason not to start.
      const file = await load(target, address, entry);
      if (file) loaded.set(address, file);
    }
  return loaded;
}

/** The files of a build that is published at one place, to publish it at another. Throws where it is not there whole. */
export async function* publishedFiles(target: StaticTarget, build: string): AsyncGenerator<StaticFile> {
  for await (const [address, { sha256, forms }] of filesOf(target, build)) {
    const bytes = forms.get("identity");
    if (bytes) yield { address, sha256, bytes };
  }
}

async function* filesOf(target: StaticTarget, build: string): AsyncGenerator<[address: string, Loaded]> {
  const { manifests } = await readManifests(target);
  const published = manifests.find((each) => each.build === build);
  if (!published) throw new Error(`Build ${build} is not published at ${target.name}. ${again(target)}`);
  for (const [address, entry] of Object.entries(published.files)) {
    const file = await load(target, address, entry);
    if (!file) throw new Error(`${target.name} lacks ${address}, or has other bytes there. ${again(target)}`);
    yield [address, file];
  }
}

function again({ name }: StaticTarget): string {
  return `Please publish again: npm run static -- publish --to ${name}`;
}

/** Whether this build is there whole, every file of it in every form. */
export async function isPublished(target: StaticTarget, build: string): Promise<boolean> {
  const { manifests } = await readManifests(target);
  const published = manifests.find((each) => each.build === build);
  if (!published) return false;
  for (const [address, entry] of Object.entries(published.files))
    if (!(await readWhole(target, address, entry))) return false;
  return true;
}

async function load(target: StaticTarget, address: string, entry: Entry): Promise<Loaded | null> {
  const forms = await readWhole(target, address, entry);
  return forms && { policy: staticPolicy(address), sha256: entry.sha256, forms };
}

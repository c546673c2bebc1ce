import { z } from "zod";
import { ENCODINGS, type Form } from "./encode";
import { staticPolicy } from "./policy";
import type { StaticTarget } from "./target";

/** What a build consists of, for whoever serves, compares or cleans up. Addresses are those on the site. */
const manifestSchema = z.object({
  version: z.literal(1),
  /** Next's id of the build. */
  build: z.string(),
  publishedAt: z.iso.datetime(),
  files: z.record(
    z.string(),
    z.object({
      size: z.int().nonnegative(),
      sha256: z.string(),
      encodings: z.array(z.enum(ENCODINGS)),
    }),
  ),
});

export type Manifest = z.infer<typeof manifestSchema>;
export type Entry = Manifest["files"][string];

export type Published = {
  /** The youngest first: the one that is served. */
  manifests: Manifest[];
  /** Keys of manifests that say nothing: of a later version, or broken by hand, for they are written whole. */
  unreadable: string[];
};

const MANIFESTS = "_manifests/";
/** What nginx looks for beside a file. */
const SUFFIX: Record<Form, string> = { identity: "", br: ".br", gzip: ".gz" };

export function manifestKey(build: string): string {
  return `${MANIFESTS}${build}.json`;
}

/** Where a file lies at a target. */
export function keyOf(address: string, form: Form): string {
  return `${address.slice(1)}${SUFFIX[form]}`;
}

export function keysOf(address: string, { encodings }: Pick<Entry, "encodings">): string[] {
  return (["identity", ...encodings] as const).map((form) => keyOf(address, form));
}

/** Every file of a build in each of its forms; `earlier`: only those that pages of an earlier build may still ask for, and its manifest. */
export function keysOfBuild({ build, files }: Manifest, { earlier }: { earlier: boolean }): string[] {
  const kept = Object.entries(files).filter(([address]) => !earlier || staticPolicy(address).fingerprinted);
  return [...kept.flatMap(([address, entry]) => keysOf(address, entry)), manifestKey(build)];
}

export async function readManifests(target: StaticTarget): Promise<Published> {
  const published: Published = { manifests: [], unreadable: [] };
  for await (const { key } of target.list(MANIFESTS)) {
    const bytes = await target.read(key);
    const manifest = bytes && parsed(bytes);
    if (manifest && manifestKey(manifest.build) === key) published.manifests.push(manifest);
    else if (bytes) published.unreadable.push(key);
  }
  published.manifests.sort(youngestFirst);
  return published;
}

export function youngestFirst(one: Manifest, other: Manifest): number {
  return Date.parse(other.publishedAt) - Date.parse(one.publishedAt);
}

export async function writeManifest(target: StaticTarget, manifest: Manifest): Promise<void> {
  const as = { contentType: "application/json; charset=utf-8", cacheControl: "no-store" };
  await target.put(manifestKey(manifest.build), Buffer.from(JSON.stringify(manifest)), as, { replace: true });
}

function parsed(bytes: Buffer): Manifest | undefined {
  try {
    return manifestSchema.safeParse(JSON.parse(bytes.toString())).data;
  } catch {
    // Not even JSON.
    return undefined;
  }
}

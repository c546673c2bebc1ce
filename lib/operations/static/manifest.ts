import { z } from "zod";
import { ENCODINGS, type ContentCoding } from "./encode";
import { staticPolicyOf } from "./policy";
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
export type ManifestEntry = Manifest["files"][string];

export type PublishedBuilds = {
  /** The youngest first: the one that is served. */
  manifests: Manifest[];
  /** Keys of manifests that say nothing: of a later version, or broken by hand, for they are written whole. */
  unreadable: string[];
};

const MANIFEST_PREFIX = "_manifests/";
/** What nginx looks for beside a file. */
const CODING_SUFFIX: Record<ContentCoding, string> = { identity: "", br: ".br", gzip: ".gz" };

export function manifestKey(build: string): string {
  return `${MANIFEST_PREFIX}${build}.json`;
}

/** Where a file lies at a target. */
export function objectKeyOf(address: string, form: ContentCoding): string {
  return `${address.slice(1)}${CODING_SUFFIX[form]}`;
}

export function objectKeysOf(address: string, { encodings }: Pick<ManifestEntry, "encodings">): string[] {
  return (["identity", ...encodings] as const).map((form) => objectKeyOf(address, form));
}

/** Every file of a build in each of its forms; `earlier`: only those that pages of an earlier build may still ask for, and its manifest. */
export function buildKeysOf({ build, files }: Manifest, { earlier }: { earlier: boolean }): string[] {
  const kept = Object.entries(files).filter(([address]) => !earlier || staticPolicyOf(address).isFingerprinted);
  return [...kept.flatMap(([address, entry]) => objectKeysOf(address, entry)), manifestKey(build)];
}

export async function readManifests(target: StaticTarget): Promise<PublishedBuilds> {
  const published: PublishedBuilds = { manifests: [], unreadable: [] };
  for await (const { key } of target.list(MANIFEST_PREFIX)) {
    const bytes = await target.read(key);
    const manifest = bytes && parseManifest(bytes);
    if (manifest && manifestKey(manifest.build) === key) published.manifests.push(manifest);
    else if (bytes) published.unreadable.push(key);
  }
  published.manifests.sort(compareNewestFirst);
  return published;
}

export function compareNewestFirst(one: Manifest, other: Manifest): number {
  return Date.parse(other.publishedAt) - Date.parse(one.publishedAt);
}

export async function writeManifest(target: StaticTarget, manifest: Manifest): Promise<void> {
  const as = { contentType: "application/json; charset=utf-8", cacheControl: "no-store" };
  await target.put(manifestKey(manifest.build), Buffer.from(JSON.stringify(manifest)), as, { replace: true });
}

function parseManifest(bytes: Buffer): Manifest | undefined {
  try {
    return manifestSchema.safeParse(JSON.parse(bytes.toString())).data;
  } catch {
    // Not even JSON.
    return undefined;
  }
}

import { z } from "zod";
import { type ContentCoding, ENCODINGS } from "./encode";
import { staticPolicyOf } from "./policy";
import type { StaticTarget } from "./target";

/** The files of a build by URL path. Servers, checks and later publications read it. */
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
  /** The newest first: the one that is served. */
  manifests: Manifest[];
  /**
   * Keys of manifests of a later version, or edited by hand: the publisher writes them completely.
   */
  unreadable: string[];
};

const MANIFEST_PREFIX = "_manifests/";
/** The names that nginx expects. */
const CODING_SUFFIX: Record<ContentCoding, string> = { identity: "", br: ".br", gzip: ".gz" };

export function manifestKey(build: string): string {
  return `${MANIFEST_PREFIX}${build}.json`;
}

/** Returns the key of a file at a target. */
export function objectKeyOf(address: string, coding: ContentCoding): string {
  return `${address.slice(1)}${CODING_SUFFIX[coding]}`;
}

export function objectKeysOf(address: string, { encodings }: Pick<ManifestEntry, "encodings">): string[] {
  return (["identity", ...encodings] as const).map((coding) => objectKeyOf(address, coding));
}

/**
 * Lists the keys of a build and of its manifest; with `earlier` only files that open pages may
 * request.
 */
export function buildKeysOf({ build, files }: Manifest, { earlier }: { earlier: boolean }): string[] {
  const needed = Object.entries(files).filter(
    ([address]) => !earlier || staticPolicyOf(address).isFingerprinted,
  );
  return [...needed.flatMap(([address, entry]) => objectKeysOf(address, entry)), manifestKey(build)];
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

export function compareNewestFirst(a: Manifest, b: Manifest): number {
  return Date.parse(b.publishedAt) - Date.parse(a.publishedAt);
}

export async function writeManifest(target: StaticTarget, manifest: Manifest): Promise<void> {
  const headers = { contentType: "application/json; charset=utf-8", cacheControl: "no-store" };
  await target.put(manifestKey(manifest.build), Buffer.from(JSON.stringify(manifest)), headers, {
    replace: true,
  });
}

function parseManifest(bytes: Buffer): Manifest | undefined {
  try {
    return manifestSchema.safeParse(JSON.parse(bytes.toString())).data;
  } catch {
    // It is not JSON.
    return undefined;
  }
}

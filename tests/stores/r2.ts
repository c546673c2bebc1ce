import { mkdirSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import type { StoreCapabilities } from "../../lib/storage/testing/contract/subject";
import { startMiniflare } from "./miniflare";
import type { TestStoreWithBuckets } from "./s3-environment";

/** Not secret: the store listens only on loopback. */
const CREDENTIALS = { accessKeyId: "dossiertest", secretAccessKey: "dossier-test-secret-that-is-none" };

/**
 * R2 verifies signatures, dates and lengths, and supports `If-None-Match: *`. It ignores checksums
 * and response overrides, and does not list parts.
 */
export const R2_CAPABILITIES: StoreCapabilities = {
  enforcesChecksum: false,
  enforcesPartChecksum: false,
  hashesCopies: false,
  listsParts: false,
  honoursResponseOverrides: false,
  unsignedStatuses: [400, 401],
};

const r2Schema = z.object({
  endpoint: z.string(),
  region: z.string(),
  accessKeyId: z.string(),
  secretAccessKey: z.string(),
  /** Base of public URLs: `<media>/<bucket>/<key>`. */
  media: z.string(),
  /** Number of bucket pairs, named `dossier-0-public`, `dossier-0-private` and so on. */
  pairs: z.number(),
  /** Folder of leases. A test that creates the folder with the number of a pair owns the pair. */
  leases: z.string(),
});

/** R2 in Miniflare: an S3 store besides AWS and Ceph. It starts with all its buckets. */
export type R2 = z.infer<typeof r2Schema>;

export async function startR2(pairs: number): Promise<R2 & { stop(): Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), "dossier-r2-"));
  const buckets = Array.from({ length: pairs }, (_, index) => Object.values(bucketNamesOf(index))).flat();
  const miniflare = await startMiniflare({
    modules: true,
    script: "export default { fetch: () => new Response(null, { status: 404 }) }",
    host: "127.0.0.1",
    port: 0,
    telemetry: { enabled: false },
    r2Persist: join(folder, "objects"),
    r2Buckets: Object.fromEntries(
      buckets.map((id, index) => [`B${index}`, { id, s3Credentials: CREDENTIALS }]),
    ),
  });
  const base = (await miniflare.ready).href.replace(/\/$/, "");
  return {
    endpoint: `${base}/cdn-cgi/local/r2/s3`,
    media: `${base}/cdn-cgi/local/r2/public`,
    region: "auto",
    ...CREDENTIALS,
    pairs,
    leases: folder,
    async stop() {
      await miniflare.dispose();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Returns the R2 that `tests/support/global-setup.ts` started for this run. */
export function runningR2(env: Record<string, string | undefined> = process.env): R2 | undefined {
  return env.TEST_R2 ? r2Schema.parse(JSON.parse(env.TEST_R2)) : undefined;
}

/** Leases an empty pair of buckets to one test. They end with the store. */
export function leaseBucketPair(r2: R2): TestStoreWithBuckets {
  const { endpoint, region, accessKeyId, secretAccessKey, media, leases } = r2;
  for (let index = 0; index < r2.pairs; index += 1) {
    if (!acquireLease(join(leases, String(index)))) continue;
    const names = bucketNamesOf(index);
    const mediaUrl = `${media}/${names.publicBucket}`;
    return { endpoint, region, accessKeyId, secretAccessKey, ...names, mediaUrl };
  }
  throw new Error(`All ${r2.pairs} pairs of buckets are taken; start R2 with more.`);
}

function bucketNamesOf(index: number): { publicBucket: string; privateBucket: string } {
  return { publicBucket: `dossier-${index}-public`, privateBucket: `dossier-${index}-private` };
}

function acquireLease(folder: string): boolean {
  try {
    mkdirSync(folder);
    return true;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EEXIST") return false;
    throw error;
  }
}

import { mkdirSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import type { StoreCapabilities } from "../../lib/storage/testing/contract/subject";
import { startMiniflare } from "./miniflare";
import type { TestStoreWithBuckets } from "./s3-environment";

/** Known to everybody, good for nothing: the store listens on loopback only. */
const CREDENTIALS = { accessKeyId: "dossiertest", secretAccessKey: "dossier-test-secret-that-is-none" };

/** It checks signatures, dates and lengths as others do, and creates only what is not there; it knows no checksums, lists no parts and changes no header of an answer. */
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
  /** Where anybody reads: `<media>/<bucket>/<key>`. */
  media: z.string(),
  /** Its pairs of buckets are called `dossier-0-public`, `dossier-0-private` and so on. */
  pairs: z.number(),
  /** Whoever makes the folder with the number of a pair in here has the pair. */
  leases: z.string(),
});

/** R2 as Miniflare has it, an S3 store that is neither AWS nor Ceph. It makes no buckets on request: it starts with pairs of them. */
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

/** The R2 that `tests/support/global-setup.ts` has started for this run. */
export function runningR2(env: Record<string, string | undefined> = process.env): R2 | undefined {
  return env.TEST_R2 ? r2Schema.parse(JSON.parse(env.TEST_R2)) : undefined;
}

/** An empty pair of buckets that nobody else gets. It goes when the store goes. */
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

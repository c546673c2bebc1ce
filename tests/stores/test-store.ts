import type { StoreCapabilities } from "../../lib/storage/testing/contract/subject";
import type { TestStore } from "./buckets";
import { cephLocationFromEnv, startCeph } from "./ceph";
import { installCeph } from "./ceph-packages";
import { R2_CAPABILITIES } from "./r2";

export type NoStore = { skipped: string };

/**
 * Returns what the store of this run enforces: R2, or the store of `S3_TEST_ENDPOINT`, whose
 * capabilities are in `S3_TEST_CAPABILITIES`, e.g. `enforcesChecksum,hashesCopies`. Our Ceph 16
 * has none of them.
 */
export function storeCapabilitiesFromEnv(
  env: Record<string, string | undefined> = process.env,
): StoreCapabilities {
  if (env.TEST_STORAGE === "r2") return R2_CAPABILITIES;
  const named = new Set((env.S3_TEST_CAPABILITIES ?? "").split(","));
  return {
    enforcesChecksum: named.has("enforcesChecksum"),
    enforcesPartChecksum: named.has("enforcesPartChecksum"),
    hashesCopies: named.has("hashesCopies"),
    listsParts: true,
    honoursResponseOverrides: true,
    unsignedStatuses: [403],
  };
}

/**
 * Returns the S3 store for tests: the one of `S3_TEST_ENDPOINT`, `S3_TEST_ACCESS_KEY_ID`,
 * `S3_TEST_SECRET_ACCESS_KEY` and `S3_TEST_REGION`, else our own Ceph, which keeps running. Returns
 * the reason if Ceph cannot be installed. Throws if it is installed and does not start.
 */
export async function openTestStore(
  env: Record<string, string | undefined> = process.env,
): Promise<TestStore | NoStore> {
  if (env.S3_TEST_ENDPOINT)
    return {
      endpoint: env.S3_TEST_ENDPOINT,
      region: env.S3_TEST_REGION || "us-east-1",
      accessKeyId: env.S3_TEST_ACCESS_KEY_ID ?? "",
      secretAccessKey: env.S3_TEST_SECRET_ACCESS_KEY ?? "",
    };
  const skipped = await installCeph();
  if (skipped === null) return startCeph(cephLocationFromEnv(env));
  console.log(`SKIPPED: S3: ${skipped}`);
  return { skipped };
}

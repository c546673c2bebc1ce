import type { StoreCapabilities } from "../../lib/storage/testing/contract/subject";
import type { TestStore } from "./buckets";
import { cephLocationFromEnv, startCeph } from "./ceph";
import { installCeph } from "./ceph-packages";
import { R2_CAPABILITIES } from "./r2";

export type NoStore = { skipped: string };

/**
 * What the store of this run can do: R2, or the one named by `S3_TEST_ENDPOINT`, which says in `S3_TEST_CAPABILITIES` what it sees to by itself, e.g.
 * `enforcesChecksum,hashesCopies`. Our own Ceph (16) does none of that.
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
 * The S3 store that tests run against: the one that `S3_TEST_ENDPOINT`, `S3_TEST_ACCESS_KEY_ID`, `S3_TEST_SECRET_ACCESS_KEY` and `S3_TEST_REGION` name, else a
 * Ceph of our own, which keeps running for the next run, else none, with the reason. Where there should have been one and it does not start, it throws.
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

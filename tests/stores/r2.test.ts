import { systemClock } from "../../lib/clock";
import { createStorages } from "../../lib/storage/factory";
import { testStorageContract } from "../../lib/storage/testing/contract/storage-contract";
import { hasMiniflare } from "./miniflare";
import { leaseBucketPair, R2_CAPABILITIES, startR2 } from "./r2";

async function open() {
  const r2 = await startR2(1);
  const { publicBucket, privateBucket, mediaUrl, endpoint, region, ...credentials } = leaseBucketPair(r2);
  const storages = createStorages(
    {
      driver: "s3",
      buckets: { public: publicBucket, private: privateBucket },
      region,
      endpoint,
      forcePathStyle: true,
      credentials,
      mediaUrl,
    },
    systemClock,
  );
  return { storages, capabilities: R2_CAPABILITIES, close: r2.stop };
}

testStorageContract(
  "s3, in R2 as Miniflare has it,",
  hasMiniflare() ? open : { skipped: "R2: Miniflare is not installed; npm test installs it" },
  R2_CAPABILITIES,
);

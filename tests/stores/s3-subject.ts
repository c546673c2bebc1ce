import { systemClock } from "../../lib/clock";
import { createStorages } from "../../lib/storage/factory";
import type { S3StorageSettings } from "../../lib/storage/s3/driver";
import type { ContractSubject } from "../../lib/storage/testing/contract/subject";
import { createTestBuckets, type TestBuckets, type TestStore } from "./buckets";
import { storeCapabilitiesFromEnv } from "./test-store";

/** Returns the settings for both buckets, at `endpoint` or at the store's own. */
export function s3SettingsFor(
  store: TestStore,
  buckets: TestBuckets,
  endpoint = store.endpoint,
): S3StorageSettings {
  const { region, accessKeyId, secretAccessKey } = store;
  return {
    driver: "s3",
    buckets: { public: buckets.publicBucket, private: buckets.privateBucket },
    region,
    endpoint,
    forcePathStyle: true,
    credentials: { accessKeyId, secretAccessKey },
  };
}

/** Creates both storages in two new buckets, which `close` removes. */
export async function openS3Subject(store: TestStore): Promise<ContractSubject & { buckets: TestBuckets }> {
  const buckets = await createTestBuckets(store);
  const storages = createStorages(s3SettingsFor(store, buckets), systemClock);
  return { storages, buckets, capabilities: storeCapabilitiesFromEnv(), close: () => buckets.remove() };
}

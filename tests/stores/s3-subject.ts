import { systemClock } from "../../lib/clock";
import { createStorages, type StorageSettings } from "../../lib/storage/factory";
import { createTestBuckets, type TestBuckets, type TestStore } from "./buckets";
import type { ContractSubject } from "../../lib/storage/testing/contract/storage-contract";
import { storeCapabilitiesFromEnv } from "./test-store";

/** The settings of both storages of an S3 test, at `endpoint` or the store's own. */
export function s3SettingsFor(
  store: TestStore,
  buckets: TestBuckets,
  endpoint = store.endpoint,
): StorageSettings {
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

/** Both storages in a fresh pair of buckets, which `close` removes. */
export async function openS3Subject(store: TestStore): Promise<ContractSubject & { buckets: TestBuckets }> {
  const buckets = await createTestBuckets(store);
  const storages = createStorages(s3SettingsFor(store, buckets), systemClock);
  return { storages, buckets, capabilities: storeCapabilitiesFromEnv(), close: () => buckets.remove() };
}

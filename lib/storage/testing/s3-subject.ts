import { systemClock } from "../../clock";
import { createStorages, type StorageSettings } from "../factory";
import { createTestBuckets, type TestBuckets, type TestStore } from "./buckets";
import type { Subject } from "./contract";
import { capabilitiesOf } from "./test-store";

/** The settings of both storages of an S3 test, at `endpoint` or the store's own. */
export function settingsOf(
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
export async function openS3Subject(store: TestStore): Promise<Subject & { buckets: TestBuckets }> {
  const buckets = await createTestBuckets(store);
  const storages = createStorages(settingsOf(store, buckets), systemClock);
  return { storages, buckets, capabilities: capabilitiesOf(), close: () => buckets.remove() };
}

import type { TestStore } from "./buckets";

export type TestStoreWithBuckets = TestStore & {
  publicBucket: string;
  privateBucket: string;
  mediaUrl?: string;
};

/** Returns the environment of an application that stores its files in these buckets. */
export function s3Environment(store: TestStoreWithBuckets): Record<string, string> {
  return {
    STORAGE: "s3",
    STORAGE_PUBLIC_BUCKET: store.publicBucket,
    STORAGE_PRIVATE_BUCKET: store.privateBucket,
    S3_ENDPOINT: store.endpoint,
    S3_REGION: store.region,
    S3_FORCE_PATH_STYLE: "true",
    S3_ACCESS_KEY_ID: store.accessKeyId,
    S3_SECRET_ACCESS_KEY: store.secretAccessKey,
    ...(store.mediaUrl ? { MEDIA_URL: store.mediaUrl } : {}),
  };
}

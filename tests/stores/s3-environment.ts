import type { TestStore } from "./buckets";

export type TestStoreWithBuckets = TestStore & {
  publicBucket: string;
  privateBucket: string;
  mediaUrl?: string;
};

/** The settings of an application that keeps its files there. */
export function s3Environment(place: TestStoreWithBuckets): Record<string, string> {
  return {
    STORAGE: "s3",
    STORAGE_PUBLIC_BUCKET: place.publicBucket,
    STORAGE_PRIVATE_BUCKET: place.privateBucket,
    S3_ENDPOINT: place.endpoint,
    S3_REGION: place.region,
    S3_FORCE_PATH_STYLE: "true",
    S3_ACCESS_KEY_ID: place.accessKeyId,
    S3_SECRET_ACCESS_KEY: place.secretAccessKey,
    ...(place.mediaUrl ? { MEDIA_URL: place.mediaUrl } : {}),
  };
}

import type { parseStaticPublishEnv } from "../../config/static-publish-env";
import type { S3StorageSettings } from "../doctor/probe-context";

/** How a store is reached, and with which keys. */
export type StoreSettings = Pick<S3StorageSettings, "region" | "endpoint" | "forcePathStyle" | "credentials">;
/** The bucket of static files, where its publisher finds it: maybe in another store than members' files, and with keys of its own. */
export type StaticBucketSettings = StoreSettings & { bucket: string };
export type PublishingSettings = ReturnType<typeof parseStaticPublishEnv>;

/** Where the bucket is, and the publisher's keys where they are known. */
type StaticBucketEnv = Pick<
  PublishingSettings,
  "STORAGE_STATIC_BUCKET" | "STATIC_S3_ENDPOINT" | "STATIC_S3_REGION" | "STATIC_S3_FORCE_PATH_STYLE"
> &
  Partial<Pick<PublishingSettings, "STATIC_S3_ACCESS_KEY_ID" | "STATIC_S3_SECRET_ACCESS_KEY">>;

/** As `npm run static -- publish` reaches it; undefined where none is named. */
export function staticBucketFromEnv(named: StaticBucketEnv) {
  const { STORAGE_STATIC_BUCKET: bucket, STATIC_S3_ACCESS_KEY_ID: id } = named;
  const { STATIC_S3_SECRET_ACCESS_KEY: secret } = named;
  if (!bucket) return undefined;
  return {
    bucket,
    region: named.STATIC_S3_REGION,
    endpoint: named.STATIC_S3_ENDPOINT,
    forcePathStyle: named.STATIC_S3_FORCE_PATH_STYLE,
    credentials: id && secret ? { accessKeyId: id, secretAccessKey: secret } : undefined,
  };
}

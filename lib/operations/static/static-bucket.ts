import type { parseStaticPublishEnv } from "../../config/static-publish-env";
import type { StorageSettings } from "../../storage/drivers";

/** How to reach a store, and with which credentials; the SDK's default chain if there are none. */
export type StoreSettings = Pick<
  Extract<StorageSettings, { driver: "s3" }>,
  "region" | "endpoint" | "forcePathStyle" | "credentials"
>;
/** The bucket of static files. It may be in another store than members' files. */
export type StaticBucketSettings = StoreSettings & { bucket: string };
export type PublishingSettings = ReturnType<typeof parseStaticPublishEnv>;

/** Where the bucket is, and the publisher's credentials if they are known. */
type StaticBucketEnv = Pick<
  PublishingSettings,
  "STORAGE_STATIC_BUCKET" | "STATIC_S3_ENDPOINT" | "STATIC_S3_REGION" | "STATIC_S3_FORCE_PATH_STYLE"
> &
  Partial<Pick<PublishingSettings, "STATIC_S3_ACCESS_KEY_ID" | "STATIC_S3_SECRET_ACCESS_KEY">>;

/** Returns the bucket that `npm run static -- publish` uses; undefined if none is named. */
export function staticBucketFromEnv(env: StaticBucketEnv): StaticBucketSettings | undefined {
  const { STORAGE_STATIC_BUCKET: bucket, STATIC_S3_ACCESS_KEY_ID: accessKeyId } = env;
  const { STATIC_S3_SECRET_ACCESS_KEY: secretAccessKey } = env;
  if (!bucket) return undefined;
  return {
    bucket,
    region: env.STATIC_S3_REGION,
    endpoint: env.STATIC_S3_ENDPOINT,
    forcePathStyle: env.STATIC_S3_FORCE_PATH_STYLE,
    credentials: accessKeyId && secretAccessKey ? { accessKeyId, secretAccessKey } : undefined,
  };
}

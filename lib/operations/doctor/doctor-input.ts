import type { Env } from "../../config/env";
import { storageSettingsFromEnv } from "../../storage/factory";
import { credentialKindOf } from "../../storage/s3/driver";
import {
  type PublishingSettings,
  type StaticBucketSettings,
  staticBucketFromEnv,
} from "../static/static-bucket";
import type { DoctorInput } from "./probe-context";

/**
 * Builds the doctor's input from the environment. `publishing` has the publisher's credentials for
 * the static bucket; without it, as in the running application, only its location is known.
 */
export function doctorInputFromEnv(env: Env, publishing?: PublishingSettings): DoctorInput {
  const storage = storageSettingsFromEnv(env);
  return {
    storage,
    staticBucket: publishing ? staticBucketFromEnv(publishing) : staticBucketWithoutKeys(env, storage),
    appUrl: env.APP_URL,
    uploadTtl: env.UPLOAD_TTL,
    isRoleNotAssumed: env.AWS_ROLE_ARN !== undefined && credentialKindOf(env) === "machine",
    maxUploadSeconds: Math.max(env.UPLOAD_TTL, env.MULTIPART_TTL) + env.SWEEP_GRACE,
  };
}

/**
 * Returns the static bucket in the store of members' files, unless the environment names another
 * store.
 */
function staticBucketWithoutKeys(
  env: Env,
  storage: DoctorInput["storage"],
): StaticBucketSettings | undefined {
  const { STORAGE_STATIC_BUCKET, STATIC_S3_ENDPOINT, STATIC_S3_REGION, STATIC_S3_FORCE_PATH_STYLE } = env;
  if (!STORAGE_STATIC_BUCKET || storage.driver !== "s3") return undefined;
  if (STATIC_S3_ENDPOINT === undefined && STATIC_S3_REGION === undefined)
    return { ...storage, bucket: STORAGE_STATIC_BUCKET, credentials: undefined };
  return staticBucketFromEnv({
    STORAGE_STATIC_BUCKET,
    STATIC_S3_ENDPOINT,
    STATIC_S3_REGION: STATIC_S3_REGION ?? "us-east-1",
    STATIC_S3_FORCE_PATH_STYLE,
  });
}

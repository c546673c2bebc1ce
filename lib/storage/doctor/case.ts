import type { Env } from "../../env";
import { keysFrom, storageSettings } from "../factory";
import { type Publishing, type Statics, staticsOf } from "../provision/statics";
import type { Case } from "./patient";

/**
 * What the environment asks the doctor to look at. `publishing` has the publisher's keys to the static bucket as well; the running application knows at
 * most where it is.
 */
export function caseOf(env: Env, publishing?: Publishing): Case {
  const storage = storageSettings(env);
  return {
    storage,
    statics: publishing ? staticsOf(publishing) : keylessStatics(env, storage),
    appUrl: env.APP_URL,
    uploadTtl: env.UPLOAD_TTL,
    roleUntaken: env.AWS_ROLE_ARN !== undefined && keysFrom(env) === "machine",
    wanted: Math.max(env.UPLOAD_TTL, env.MULTIPART_TTL) + env.SWEEP_GRACE,
  };
}

/** In the store of members' files, unless it is said to be elsewhere. */
function keylessStatics(env: Env, storage: Case["storage"]): Statics | undefined {
  const { STORAGE_STATIC_BUCKET, STATIC_S3_ENDPOINT, STATIC_S3_REGION, STATIC_S3_FORCE_PATH_STYLE } = env;
  if (!STORAGE_STATIC_BUCKET || storage.driver !== "s3") return undefined;
  if (STATIC_S3_ENDPOINT === undefined && STATIC_S3_REGION === undefined)
    return { ...storage, bucket: STORAGE_STATIC_BUCKET, credentials: undefined };
  return staticsOf({
    STORAGE_STATIC_BUCKET,
    STATIC_S3_ENDPOINT,
    STATIC_S3_REGION: STATIC_S3_REGION ?? "us-east-1",
    STATIC_S3_FORCE_PATH_STYLE,
  });
}

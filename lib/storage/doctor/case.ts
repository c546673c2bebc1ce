import type { Env } from "../../env";
import { keysFrom, storageSettings } from "../factory";
import { type Publishing, staticsOf } from "../provision/statics";
import type { Case } from "./patient";

/**
 * What the environment asks the doctor to look at. The running application knows its static bucket by name alone, and takes it to be in the store of
 * members' files; `publishing` knows better.
 */
export function caseOf(env: Env, publishing?: Publishing): Case {
  const storage = storageSettings(env);
  const bucket = env.STORAGE_STATIC_BUCKET;
  const sameStore =
    bucket && storage.driver === "s3" ? { ...storage, bucket, credentials: undefined } : undefined;
  return {
    storage,
    statics: publishing ? staticsOf(publishing) : sameStore,
    appUrl: env.APP_URL,
    uploadTtl: env.UPLOAD_TTL,
    roleUntaken: env.AWS_ROLE_ARN !== undefined && keysFrom(env) === "machine",
    wanted: Math.max(env.UPLOAD_TTL, env.MULTIPART_TTL) + env.SWEEP_GRACE,
  };
}

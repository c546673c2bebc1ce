import type { Env } from "../../env";
import { storageSettings } from "../factory";
import type { Case } from "./patient";

/** What the environment asks the doctor to look at. */
export function caseOf(env: Env): Case {
  return {
    storage: storageSettings(env),
    staticBucket: env.STORAGE_STATIC_BUCKET,
    appUrl: env.APP_URL,
    uploadTtl: env.UPLOAD_TTL,
  };
}

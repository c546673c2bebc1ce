import type { Env } from "../../config/env";
import { storageSettingsFromEnv } from "../../storage/factory";
import type { ProvisionInput } from "./provision";
import { type PublishingSettings, staticBucketFromEnv } from "./static-bucket";

/** What the environment asks to be provisioned; null with local storage, which needs nothing. */
export function provisionInputFromEnv(env: Env, publishing: PublishingSettings): ProvisionInput | null {
  const place = storageSettingsFromEnv(env);
  if (place.driver === "local") return null;
  return {
    settings: place,
    staticBucket: staticBucketFromEnv(publishing),
    appUrl: env.APP_URL,
    maxTicketSeconds: Math.max(env.UPLOAD_TTL, env.MULTIPART_TTL),
    sweepGraceSeconds: env.SWEEP_GRACE,
  };
}

import type { Env } from "../../config/env";
import { storageSettingsFromEnv } from "../../storage/factory";
import { type PublishingSettings, staticBucketFromEnv } from "../static/static-bucket";
import type { ProvisionInput } from "./provision";

/** Builds the input from the environment; null for a driver without buckets. */
export function provisionInputFromEnv(env: Env, publishing: PublishingSettings): ProvisionInput | null {
  const settings = storageSettingsFromEnv(env);
  if (settings.driver !== "s3") return null;
  return {
    settings,
    staticBucket: staticBucketFromEnv(publishing),
    appUrl: env.APP_URL,
    maxTicketSeconds: Math.max(env.UPLOAD_TTL, env.MULTIPART_TTL),
    sweepGraceSeconds: env.SWEEP_GRACE,
  };
}

import { z } from "zod";
import { baseUrlSchema, flagSchema, secondsSchema } from "../setting-schemas";
import { environmentError, parseVariables } from "./parse-variables";

/**
 * Settings for publishing static files. The application itself reads only the bucket's location.
 */
export const staticPublishEnvSchema = z.object({
  STORAGE_STATIC_BUCKET: z.string().optional(),
  /** Read only to refuse the same bucket twice. */
  STORAGE_PUBLIC_BUCKET: z.string().optional(),
  STORAGE_PRIVATE_BUCKET: z.string().optional(),
  S3_ACCESS_KEY_ID: z.string().optional(),
  STATIC_S3_ENDPOINT: baseUrlSchema.optional(),
  STATIC_S3_REGION: z.string().default("us-east-1"),
  STATIC_S3_FORCE_PATH_STYLE: flagSchema,
  STATIC_S3_ACCESS_KEY_ID: z.string().optional(),
  STATIC_S3_SECRET_ACCESS_KEY: z.string().optional(),
  /** Seconds for which files of an earlier build stay. */
  STATIC_KEEP: secondsSchema(604_800),
  ASSET_PREFIX: baseUrlSchema.optional(),
});

/** Parses the settings for publishing. Throws as `parseEnv` does. */
export function parseStaticPublishEnv(
  variables: Record<string, string | undefined>,
): z.infer<typeof staticPublishEnvSchema> {
  const env = parseVariables(staticPublishEnvSchema, variables);
  if (Boolean(env.STATIC_S3_ACCESS_KEY_ID) !== Boolean(env.STATIC_S3_SECRET_ACCESS_KEY))
    throw environmentError(["STATIC_S3_ACCESS_KEY_ID, STATIC_S3_SECRET_ACCESS_KEY: set both or neither"]);
  if (env.STATIC_S3_ACCESS_KEY_ID && env.STATIC_S3_ACCESS_KEY_ID === env.S3_ACCESS_KEY_ID)
    throw environmentError([
      "STATIC_S3_ACCESS_KEY_ID: is the application's key; create another one for publishing",
    ]);
  const media = [env.STORAGE_PUBLIC_BUCKET, env.STORAGE_PRIVATE_BUCKET];
  if (env.STORAGE_STATIC_BUCKET && media.includes(env.STORAGE_STATIC_BUCKET))
    throw environmentError([
      "STORAGE_STATIC_BUCKET: is a bucket of members' files; create another one for static files",
    ]);
  return env;
}

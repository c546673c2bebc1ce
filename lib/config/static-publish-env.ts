import { z } from "zod";
import { flagSchema, environmentError, baseUrlSchema, parseVariables, secondsSchema } from "./parse-variables";

/** What publishing static files needs, in a pipeline that knows neither database nor media: the running application reads none of it but where the bucket is. */
export const staticPublishEnvSchema = z.object({
  STORAGE_STATIC_BUCKET: z.string().optional(),
  /** Known only to be told apart. */
  STORAGE_PUBLIC_BUCKET: z.string().optional(),
  STORAGE_PRIVATE_BUCKET: z.string().optional(),
  S3_ACCESS_KEY_ID: z.string().optional(),
  STATIC_S3_ENDPOINT: baseUrlSchema.optional(),
  STATIC_S3_REGION: z.string().default("us-east-1"),
  STATIC_S3_FORCE_PATH_STYLE: flagSchema,
  STATIC_S3_ACCESS_KEY_ID: z.string().optional(),
  STATIC_S3_SECRET_ACCESS_KEY: z.string().optional(),
  /** How long the files of an earlier build are kept. */
  STATIC_KEEP: secondsSchema(604_800),
  ASSET_PREFIX: baseUrlSchema.optional(),
});

/** The settings of publishing. Throws as `parseEnv` does. */
export function parseStaticPublishEnv(variables: Record<string, string | undefined>): z.infer<typeof staticPublishEnvSchema> {
  const env = parseVariables(staticPublishEnvSchema, variables);
  if (Boolean(env.STATIC_S3_ACCESS_KEY_ID) !== Boolean(env.STATIC_S3_SECRET_ACCESS_KEY))
    throw environmentError(["STATIC_S3_ACCESS_KEY_ID, STATIC_S3_SECRET_ACCESS_KEY: are needed both, or neither"]);
  if (env.STATIC_S3_ACCESS_KEY_ID && env.STATIC_S3_ACCESS_KEY_ID === env.S3_ACCESS_KEY_ID)
    throw environmentError([
      "STATIC_S3_ACCESS_KEY_ID: is the application's own key; whoever publishes needs one that it does not have",
    ]);
  const media = [env.STORAGE_PUBLIC_BUCKET, env.STORAGE_PRIVATE_BUCKET];
  if (env.STORAGE_STATIC_BUCKET && media.includes(env.STORAGE_STATIC_BUCKET))
    throw environmentError([
      "STORAGE_STATIC_BUCKET: is a bucket of members' files; static files need one of their own",
    ]);
  return env;
}

import { z } from "zod";
import { baseUrlSchema, flagSchema } from "../../setting-schemas";
import { type AppSettings, defineDriver, type ParsedVariables } from "../driver";
import type { StorageClass } from "../storage";
import { bucketUrl } from "./bucket-url";
import type { CredentialSource } from "./credentials";
import { readVercelToken } from "./vercel-token";
import { assumeRole } from "./web-identity";

export type S3StorageSettings = {
  driver: "s3";
  buckets: Record<StorageClass, string>;
  region: string;
  /** URL of a store other than AWS. */
  endpoint?: string | undefined;
  /** URL of the same store for browsers, if it differs. */
  browserEndpoint?: string | undefined;
  forcePathStyle: boolean;
  /** Default: the SDK's own chain (environment, profile, role of the machine). */
  credentials?: CredentialSource | undefined;
  mediaUrl?: string | undefined;
  hasCdnPurge?: boolean | undefined;
};

const variables = {
  STORAGE_PUBLIC_BUCKET: z.string().optional(),
  STORAGE_PRIVATE_BUCKET: z.string().optional(),
  STORAGE_STATIC_BUCKET: z.string().optional(),
  S3_ENDPOINT: baseUrlSchema.optional(),
  S3_BROWSER_ENDPOINT: baseUrlSchema.optional(),
  S3_REGION: z.string().default("us-east-1"),
  S3_FORCE_PATH_STYLE: flagSchema,
  S3_ACCESS_KEY_ID: z.string().optional(),
  S3_SECRET_ACCESS_KEY: z.string().optional(),
  /** The role to assume with Vercel's OIDC token; its temporary credentials sign. */
  AWS_ROLE_ARN: z
    .string()
    .regex(/^arn:[a-z-]+:iam::\d{12}:role\/\S+$/, "must be the ARN of a role")
    .optional(),
};

type S3Variables = ParsedVariables<typeof variables>;

/** Buckets of AWS S3, or of a store with the same API. */
export const S3_DRIVER = defineDriver({
  variables,
  findProblems,
  settingsFromEnv: (env): S3StorageSettings => ({
    driver: "s3",
    buckets: { public: env.STORAGE_PUBLIC_BUCKET ?? "", private: env.STORAGE_PRIVATE_BUCKET ?? "" },
    region: env.S3_REGION,
    endpoint: env.S3_ENDPOINT,
    browserEndpoint: env.S3_BROWSER_ENDPOINT,
    forcePathStyle: env.S3_FORCE_PATH_STYLE,
    credentials: credentialsFromEnv(env),
    mediaUrl: env.MEDIA_URL,
    hasCdnPurge: env.MEDIA_PURGE_URL !== undefined,
  }),
  // The bucket and not the whole store, so that other buckets on the same host stay blocked.
  cspSources: (env) => ({
    public: cspSourceOf(env.STORAGE_PUBLIC_BUCKET, env),
    private: cspSourceOf(env.STORAGE_PRIVATE_BUCKET, env),
  }),
  capabilities: { isShared: true },
});

function findProblems(env: S3Variables & Pick<AppSettings, "VERCEL">): string[] {
  const problems: string[] = [];
  if (!env.STORAGE_PUBLIC_BUCKET) problems.push("STORAGE_PUBLIC_BUCKET: is required with STORAGE=s3");
  if (!env.STORAGE_PRIVATE_BUCKET) problems.push("STORAGE_PRIVATE_BUCKET: is required with STORAGE=s3");
  if (Boolean(env.S3_ACCESS_KEY_ID) !== Boolean(env.S3_SECRET_ACCESS_KEY))
    problems.push("S3_ACCESS_KEY_ID, S3_SECRET_ACCESS_KEY: set both or neither");
  if (env.VERCEL && !env.AWS_ROLE_ARN && !env.S3_ACCESS_KEY_ID)
    problems.push(
      "AWS_ROLE_ARN, or S3_ACCESS_KEY_ID and S3_SECRET_ACCESS_KEY: one of them is required on Vercel",
    );
  if (env.AWS_ROLE_ARN && env.S3_ACCESS_KEY_ID)
    problems.push("AWS_ROLE_ARN, S3_ACCESS_KEY_ID: set only one of them");
  const buckets = [env.STORAGE_PUBLIC_BUCKET, env.STORAGE_PRIVATE_BUCKET, env.STORAGE_STATIC_BUCKET].filter(
    (name) => name !== undefined,
  );
  if (new Set(buckets).size < buckets.length)
    problems.push(
      "STORAGE_*_BUCKET: public, private and static files need three buckets; two have the same name",
    );
  return problems;
}

function cspSourceOf(bucket: string | undefined, env: S3Variables): string[] {
  if (!bucket) return [];
  const endpoint = env.S3_BROWSER_ENDPOINT ?? env.S3_ENDPOINT;
  const location = { region: env.S3_REGION, endpoint, forcePathStyle: env.S3_FORCE_PATH_STYLE };
  return [`${bucketUrl({ ...location, bucket })}/`];
}

type CredentialSettings = S3Variables & Pick<AppSettings, "VERCEL" | "VERCEL_OIDC_TOKEN">;

/**
 * Returns which credentials sign: configured keys, a role through Vercel, or the SDK's own chain.
 */
export function credentialKindOf(env: CredentialSettings): "settings" | "role" | "machine" {
  if (env.S3_ACCESS_KEY_ID && env.S3_SECRET_ACCESS_KEY) return "settings";
  // Kubernetes on AWS sets AWS_ROLE_ARN as well, with a token in a file; the SDK reads that one.
  return env.AWS_ROLE_ARN && (env.VERCEL || env.VERCEL_OIDC_TOKEN) ? "role" : "machine";
}

/** Returns undefined for the SDK's own chain. */
function credentialsFromEnv(env: CredentialSettings): CredentialSource | undefined {
  const { S3_ACCESS_KEY_ID: accessKeyId, S3_SECRET_ACCESS_KEY: secretAccessKey, AWS_ROLE_ARN: roleArn } = env;
  if (accessKeyId && secretAccessKey) return { accessKeyId, secretAccessKey };
  if (!roleArn || credentialKindOf(env) !== "role") return undefined;
  return assumeRole({ roleArn, region: env.S3_REGION, token: () => readVercelToken(env.VERCEL_OIDC_TOKEN) });
}

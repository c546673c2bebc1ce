import { z } from "zod";
import { countSchema, flagSchema, environmentError, baseUrlSchema, parseVariables, postgresUrlSchema, secondsSchema } from "./parse-variables";
import { LOG_LEVELS } from "../observability/log";

/** `name=value,…`, percent-encoded, as OpenTelemetry has it. What is said of a wrong one repeats none of it: it lets us in somewhere. */
const otlpHeadersSchema = z.string().transform((text, { addIssue }): Record<string, string> => {
  const pairs = text.split(",").filter((pair) => pair.trim() !== "");
  try {
    const named = pairs.map((pair): [string, string] => {
      const [, name = "", value = ""] = /^([^=]*)=(.*)$/.exec(pair) ?? [];
      return [name.trim(), decodeURIComponent(value.trim())];
    });
    // Refuses names and values that no request can carry, and no name at all.
    return Object.fromEntries(new Headers(named));
  } catch {
    addIssue("must be headers such as name=value,other=value, percent-encoded");
    return z.NEVER;
  }
});

export const envSchema = z.object({
  NODE_ENV: z.string().default("production"),
  VERCEL: z.string().optional(),
  VERCEL_ENV: z.enum(["production", "preview", "development"]).optional(),
  VERCEL_PROJECT_PRODUCTION_URL: z.string().optional(),
  VERCEL_BRANCH_URL: z.string().optional(),
  /** In builds, and where `vercel env pull` put it; with a request it comes as a header. */
  VERCEL_OIDC_TOKEN: z.string().optional(),
  PORT: z.coerce.number().int().min(0).max(65_535).default(3000),
  /** Interface to listen on. Without it: this machine alone where APP_URL is loopback, else every one. */
  HOST: z.string().optional(),
  APP_URL: baseUrlSchema.optional(),
  DATA_DIR: z.string().default(".data"),
  DATABASE_URL: postgresUrlSchema.optional(),
  DEMO: z.enum(["auto", "off"]).default("auto"),
  AUTH_SECRET: z.string().min(32, "must have at least 32 characters").optional(),
  STORAGE: z.enum(["local", "s3"]).default("local"),
  STORAGE_PUBLIC_BUCKET: z.string().optional(),
  STORAGE_PRIVATE_BUCKET: z.string().optional(),
  STORAGE_STATIC_BUCKET: z.string().optional(),
  /** Where that bucket is, if not in the store of members' files: for whoever examines the storages. */
  STATIC_S3_ENDPOINT: baseUrlSchema.optional(),
  STATIC_S3_REGION: z.string().optional(),
  STATIC_S3_FORCE_PATH_STYLE: flagSchema,
  S3_ENDPOINT: baseUrlSchema.optional(),
  S3_BROWSER_ENDPOINT: baseUrlSchema.optional(),
  S3_REGION: z.string().default("us-east-1"),
  S3_FORCE_PATH_STYLE: flagSchema,
  S3_ACCESS_KEY_ID: z.string().optional(),
  S3_SECRET_ACCESS_KEY: z.string().optional(),
  /** With Vercel's OIDC token: the role whose temporary credentials sign. */
  AWS_ROLE_ARN: z
    .string()
    .regex(/^arn:[a-z-]+:iam::\d{12}:role\/\S+$/, "must be the ARN of a role")
    .optional(),
  /** Host that serves the published static files; a build has it in every page. */
  ASSET_PREFIX: baseUrlSchema.optional(),
  MEDIA_URL: baseUrlSchema.optional(),
  /** Told which public addresses are to die in the CDN; with it pictures may stay there for long. */
  MEDIA_PURGE_URL: z.url({ protocol: /^https?$/ }).optional(),
  CRON_SECRET: z.string().min(16, "must have at least 16 characters").optional(),
  TRUSTED_PROXIES: z.coerce.number().int().min(0).max(10).optional(),
  QUOTA_BYTES: z.coerce
    .number()
    .int()
    .positive()
    .default(10 * 1024 ** 3),
  QUOTA_OPEN_UPLOADS: countSchema(10),
  UPLOAD_TTL: secondsSchema(3600, 604_800),
  MULTIPART_TTL: secondsSchema(86_400, 604_800),
  PART_URL_TTL: secondsSchema(900, 604_800),
  READ_URL_TTL: secondsSchema(60, 60),
  CLAIM_TTL: secondsSchema(900),
  UNDO_TTL: secondsSchema(10),
  SWEEP_GRACE: secondsSchema(3600),
  EMAIL_VERIFICATION: z.enum(["off"]).default("off"),
  /** Seconds between being told to stop and taking no more connections; health says 503 meanwhile. */
  SHUTDOWN_NOTICE: countSchema(0),
  LOG_LEVEL: z.enum(LOG_LEVELS).default("info"),
  /** Where spans go; without it there are none. The names are OpenTelemetry's own. */
  OTEL_EXPORTER_OTLP_ENDPOINT: z.url({ protocol: /^https?$/ }).optional(),
  OTEL_EXPORTER_OTLP_HEADERS: otlpHeadersSchema.optional(),
  OTEL_SERVICE_NAME: z.string().default("dossier"),
});

type ParsedEnv = z.infer<typeof envSchema>;

/** The environment, complete: every default filled in. */
export type Env = Omit<ParsedEnv, "APP_URL" | "DATABASE_URL" | "AUTH_SECRET" | "TRUSTED_PROXIES"> & {
  APP_URL: string;
  DATABASE_URL: string;
  AUTH_SECRET: string;
  TRUSTED_PROXIES: number;
};

/** Parses a set of variables. Throws one error that names every problem, for the person who starts the application. */
export function parseEnv(variables: Record<string, string | undefined>): Env {
  const env = parseVariables(envSchema, variables);
  const appUrl = env.APP_URL ?? vercelUrl(env) ?? `http://localhost:${env.PORT}`;
  const problems = [...validateStorageSettings(env), ...validateSecrets(env, appUrl)];
  if (env.VERCEL && new URL(appUrl).protocol !== "https:")
    problems.push("APP_URL: is needed here; people reach the site at an address with https://");
  if (!env.DATABASE_URL)
    problems.push(
      "DATABASE_URL: is missing (`npm start` provides an embedded PostgreSQL where it is not set)",
    );
  if (problems.length > 0) throw environmentError(problems);
  return {
    ...env,
    APP_URL: appUrl,
    DATABASE_URL: env.DATABASE_URL ?? "",
    AUTH_SECRET: env.AUTH_SECRET ?? "",
    TRUSTED_PROXIES: env.TRUSTED_PROXIES ?? (env.VERCEL ? 1 : 0),
  };
}

function validateStorageSettings(env: ParsedEnv): string[] {
  const problems: string[] = [];
  if (env.STORAGE === "local") {
    if (env.VERCEL) problems.push("STORAGE: local storage does not survive on Vercel; set it to s3");
    return problems;
  }
  if (!env.STORAGE_PUBLIC_BUCKET) problems.push("STORAGE_PUBLIC_BUCKET: is needed with STORAGE=s3");
  if (!env.STORAGE_PRIVATE_BUCKET) problems.push("STORAGE_PRIVATE_BUCKET: is needed with STORAGE=s3");
  if (Boolean(env.S3_ACCESS_KEY_ID) !== Boolean(env.S3_SECRET_ACCESS_KEY)) {
    problems.push("S3_ACCESS_KEY_ID, S3_SECRET_ACCESS_KEY: are needed both, or neither");
  }
  if (env.VERCEL && !env.AWS_ROLE_ARN && !env.S3_ACCESS_KEY_ID)
    problems.push("AWS_ROLE_ARN, or S3_ACCESS_KEY_ID and S3_SECRET_ACCESS_KEY: Vercel has no keys by itself");
  if (env.AWS_ROLE_ARN && env.S3_ACCESS_KEY_ID)
    problems.push("AWS_ROLE_ARN: is one way to sign, S3_ACCESS_KEY_ID another; set one of them");
  const buckets = [env.STORAGE_PUBLIC_BUCKET, env.STORAGE_PRIVATE_BUCKET, env.STORAGE_STATIC_BUCKET].filter(
    (name) => name !== undefined,
  );
  if (new Set(buckets).size < buckets.length) {
    problems.push(
      "STORAGE_*_BUCKET: public, private and static files need a bucket each; the same name is there twice",
    );
  }
  return problems;
}

/** The address that Vercel gave: the project's own, and for a preview its branch's, which stays from one push to the next. */
function vercelUrl(env: ParsedEnv): string | undefined {
  const host = env.VERCEL_ENV === "production" ? env.VERCEL_PROJECT_PRODUCTION_URL : env.VERCEL_BRANCH_URL;
  return env.VERCEL && host ? `https://${host}` : undefined;
}

function validateSecrets(env: ParsedEnv, appUrl: string): string[] {
  if (env.AUTH_SECRET) return [];
  const loopback = ["localhost", "127.0.0.1", "[::1]"].includes(new URL(appUrl).hostname);
  return [
    loopback && !env.VERCEL
      ? "AUTH_SECRET: is missing (`npm start` makes one and keeps it in DATA_DIR)"
      : "AUTH_SECRET: is needed here; make one with `openssl rand -base64 32`",
  ];
}

let cachedEnv: Env | undefined;

/** The environment of this process, parsed at first use, so that a build needs none of it. */
export function env(): Env {
  cachedEnv ??= parseEnv(process.env);
  return cachedEnv;
}

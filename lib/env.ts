import { z } from "zod";
import { LOG_LEVELS } from "./log/log";

const seconds = (fallback: number, most = Number.MAX_SAFE_INTEGER) =>
  z.coerce.number().int().positive().max(most).default(fallback);
const count = (fallback: number) => z.coerce.number().int().nonnegative().default(fallback);
const flag = z
  .enum(["true", "false", "1", "0"])
  .default("false")
  .transform((value) => value === "true" || value === "1");
const origin = z
  .url({ protocol: /^https?$/, error: "must be an address such as https://example.org" })
  .transform((url) => url.replace(/\/+$/, ""));
const postgres = z.string().regex(/^postgres(ql)?:\/\//, "must start with postgresql://");

/** `name=value,…`, percent-encoded, as OpenTelemetry has it. What is said of a wrong one repeats none of it: it lets us in somewhere. */
const headers = z.string().transform((text, { addIssue }): Record<string, string> => {
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

const schema = z.object({
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
  APP_URL: origin.optional(),
  DATA_DIR: z.string().default(".data"),
  DATABASE_URL: postgres.optional(),
  DEMO: z.enum(["auto", "off"]).default("auto"),
  AUTH_SECRET: z.string().min(32, "must have at least 32 characters").optional(),
  STORAGE: z.enum(["local", "s3"]).default("local"),
  STORAGE_PUBLIC_BUCKET: z.string().optional(),
  STORAGE_PRIVATE_BUCKET: z.string().optional(),
  STORAGE_STATIC_BUCKET: z.string().optional(),
  /** Where that bucket is, if not in the store of members' files: for whoever examines the storages. */
  STATIC_S3_ENDPOINT: origin.optional(),
  STATIC_S3_REGION: z.string().optional(),
  STATIC_S3_FORCE_PATH_STYLE: flag,
  S3_ENDPOINT: origin.optional(),
  S3_BROWSER_ENDPOINT: origin.optional(),
  S3_REGION: z.string().default("us-east-1"),
  S3_FORCE_PATH_STYLE: flag,
  S3_ACCESS_KEY_ID: z.string().optional(),
  S3_SECRET_ACCESS_KEY: z.string().optional(),
  /** With Vercel's OIDC token: the role whose temporary credentials sign. */
  AWS_ROLE_ARN: z
    .string()
    .regex(/^arn:[a-z-]+:iam::\d{12}:role\/\S+$/, "must be the ARN of a role")
    .optional(),
  /** Host that serves the published static files; a build has it in every page. */
  ASSET_PREFIX: origin.optional(),
  MEDIA_URL: origin.optional(),
  /** Told which public addresses are to die in the CDN; with it pictures may stay there for long. */
  MEDIA_PURGE_URL: z.url({ protocol: /^https?$/ }).optional(),
  CRON_SECRET: z.string().min(16, "must have at least 16 characters").optional(),
  TRUSTED_PROXIES: z.coerce.number().int().min(0).max(10).optional(),
  QUOTA_BYTES: z.coerce
    .number()
    .int()
    .positive()
    .default(10 * 1024 ** 3),
  QUOTA_OPEN_UPLOADS: count(10),
  UPLOAD_TTL: seconds(3600, 604_800),
  MULTIPART_TTL: seconds(86_400, 604_800),
  PART_URL_TTL: seconds(900, 604_800),
  READ_URL_TTL: seconds(60, 60),
  CLAIM_TTL: seconds(900),
  UNDO_TTL: seconds(10),
  SWEEP_GRACE: seconds(3600),
  EMAIL_VERIFICATION: z.enum(["off"]).default("off"),
  /** Seconds between being told to stop and taking no more connections; health says 503 meanwhile. */
  SHUTDOWN_NOTICE: count(0),
  LOG_LEVEL: z.enum(LOG_LEVELS).default("info"),
  /** Where spans go; without it there are none. The names are OpenTelemetry's own. */
  OTEL_EXPORTER_OTLP_ENDPOINT: z.url({ protocol: /^https?$/ }).optional(),
  OTEL_EXPORTER_OTLP_HEADERS: headers.optional(),
  OTEL_SERVICE_NAME: z.string().default("dossier"),
});

/** What publishing static files needs, in a pipeline that knows neither database nor media: the running application reads none of it but where the bucket is. */
const publishing = z.object({
  STORAGE_STATIC_BUCKET: z.string().optional(),
  /** Known only to be told apart. */
  STORAGE_PUBLIC_BUCKET: z.string().optional(),
  STORAGE_PRIVATE_BUCKET: z.string().optional(),
  S3_ACCESS_KEY_ID: z.string().optional(),
  STATIC_S3_ENDPOINT: origin.optional(),
  STATIC_S3_REGION: z.string().default("us-east-1"),
  STATIC_S3_FORCE_PATH_STYLE: flag,
  STATIC_S3_ACCESS_KEY_ID: z.string().optional(),
  STATIC_S3_SECRET_ACCESS_KEY: z.string().optional(),
  /** How long the files of an earlier build are kept. */
  STATIC_KEEP: seconds(604_800),
  ASSET_PREFIX: origin.optional(),
});

/** What a build on a platform needs beyond what it builds: where migrations go. */
const migrating = z.object({
  VERCEL_ENV: z.enum(["production", "preview", "development"], {
    error: "is needed here: the project must expose Vercel's system environment variables",
  }),
  DATABASE_URL: postgres.optional(),
  /** The database itself where DATABASE_URL is a pooler before it, which may cut a long migration off. */
  DATABASE_URL_UNPOOLED: postgres.optional(),
  /** Previews have a database of their own, and its schema follows their branch. */
  MIGRATE_PREVIEWS: flag,
});

type Parsed = z.infer<typeof schema>;

/** The environment, complete: every default filled in. */
export type Env = Omit<Parsed, "APP_URL" | "DATABASE_URL" | "AUTH_SECRET" | "TRUSTED_PROXIES"> & {
  APP_URL: string;
  DATABASE_URL: string;
  AUTH_SECRET: string;
  TRUSTED_PROXIES: number;
};

/** Parses a set of variables. Throws one error that names every problem, for the person who starts the application. */
export function parseEnv(variables: Record<string, string | undefined>): Env {
  const env = parse(schema, variables);
  const appUrl = env.APP_URL ?? vercelUrl(env) ?? `http://localhost:${env.PORT}`;
  const problems = [...storageProblems(env), ...secretProblems(env, appUrl)];
  if (env.VERCEL && new URL(appUrl).protocol !== "https:")
    problems.push("APP_URL: is needed here; people reach the site at an address with https://");
  if (!env.DATABASE_URL)
    problems.push(
      "DATABASE_URL: is missing (`npm start` provides an embedded PostgreSQL where it is not set)",
    );
  if (problems.length > 0) throw invalid(problems);
  return {
    ...env,
    APP_URL: appUrl,
    DATABASE_URL: env.DATABASE_URL ?? "",
    AUTH_SECRET: env.AUTH_SECRET ?? "",
    TRUSTED_PROXIES: env.TRUSTED_PROXIES ?? (env.VERCEL ? 1 : 0),
  };
}

/**
 * The database that a build on Vercel brings up to date: the production's from a production build. A preview's only where it is said that previews
 * have one of their own, for a branch must never change the database that everybody uses; null then. Throws as `parseEnv` does.
 */
export function parseMigrating(variables: Record<string, string | undefined>): string | null {
  const env = parse(migrating, variables);
  if (env.VERCEL_ENV !== "production" && !env.MIGRATE_PREVIEWS) return null;
  const address = env.DATABASE_URL_UNPOOLED ?? env.DATABASE_URL;
  if (!address) throw invalid(["DATABASE_URL: is needed by the build, which brings its schema up to date"]);
  return address;
}

/** The settings of publishing. Throws as `parseEnv` does. */
export function parsePublishing(variables: Record<string, string | undefined>): z.infer<typeof publishing> {
  const env = parse(publishing, variables);
  if (Boolean(env.STATIC_S3_ACCESS_KEY_ID) !== Boolean(env.STATIC_S3_SECRET_ACCESS_KEY))
    throw invalid(["STATIC_S3_ACCESS_KEY_ID, STATIC_S3_SECRET_ACCESS_KEY: are needed both, or neither"]);
  if (env.STATIC_S3_ACCESS_KEY_ID && env.STATIC_S3_ACCESS_KEY_ID === env.S3_ACCESS_KEY_ID)
    throw invalid([
      "STATIC_S3_ACCESS_KEY_ID: is the application's own key; whoever publishes needs one that it does not have",
    ]);
  const media = [env.STORAGE_PUBLIC_BUCKET, env.STORAGE_PRIVATE_BUCKET];
  if (env.STORAGE_STATIC_BUCKET && media.includes(env.STORAGE_STATIC_BUCKET))
    throw invalid([
      "STORAGE_STATIC_BUCKET: is a bucket of members' files; static files need one of their own",
    ]);
  return env;
}

function parse<T>(schema: z.ZodType<T>, variables: Record<string, string | undefined>): T {
  // An empty variable is what an untouched line of `.env.example` or a cleared field of a dashboard leaves behind.
  const given = Object.fromEntries(
    Object.entries(variables).filter(([, value]) => value !== undefined && value !== ""),
  );
  const parsed = schema.safeParse(given);
  if (parsed.success) return parsed.data;
  throw invalid(parsed.error.issues.map((issue) => `${issue.path.join(".")}: ${issue.message}`));
}

function storageProblems(env: Parsed): string[] {
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
function vercelUrl(env: Parsed): string | undefined {
  const host = env.VERCEL_ENV === "production" ? env.VERCEL_PROJECT_PRODUCTION_URL : env.VERCEL_BRANCH_URL;
  return env.VERCEL && host ? `https://${host}` : undefined;
}

function secretProblems(env: Parsed, appUrl: string): string[] {
  if (env.AUTH_SECRET) return [];
  const loopback = ["localhost", "127.0.0.1", "[::1]"].includes(new URL(appUrl).hostname);
  return [
    loopback && !env.VERCEL
      ? "AUTH_SECRET: is missing (`npm start` makes one and keeps it in DATA_DIR)"
      : "AUTH_SECRET: is needed here; make one with `openssl rand -base64 32`",
  ];
}

function invalid(problems: string[]): Error {
  return new Error(
    `The environment does not fit:\n- ${problems.join("\n- ")}\nAll variables are listed in .env.example.`,
  );
}

let cached: Env | undefined;

/** The environment of this process, parsed at first use, so that a build needs none of it. */
export function env(): Env {
  cached ??= parseEnv(process.env);
  return cached;
}

/** Names of all variables, for what has to list them (.env.example). */
export const VARIABLES: readonly string[] = [
  ...new Set([schema, migrating, publishing].flatMap(({ shape }) => Object.keys(shape))),
];

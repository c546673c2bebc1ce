import { z } from "zod";
import { isClockOffset } from "../clock";
import type { Role } from "../db/generated/enums";
import { LOG_LEVELS } from "../log-levels";
import { isLoopback } from "../loopback";
import {
  baseUrlSchema,
  countSchema,
  flagSchema,
  mailAddressSchema,
  postgresUrlSchema,
  secondsSchema,
  smtpUrlSchema,
  timeZoneSchema,
} from "../setting-schemas";
import { driverNamesOf, variablesOfAll } from "../storage/driver";
import { DRIVERS } from "../storage/drivers";
import { environmentError, parseVariables } from "./parse-variables";

/** `name=value,…`, percent-encoded, as in OpenTelemetry. A secret: no error repeats it. */
const otlpHeadersSchema = z.string().transform((text, { addIssue }): Record<string, string> => {
  const pairs = text.split(",").filter((pair) => pair.trim() !== "");
  try {
    const entries = pairs.map((pair): [string, string] => {
      const [, name = "", value = ""] = /^([^=]*)=(.*)$/.exec(pair) ?? [];
      return [name.trim(), decodeURIComponent(value.trim())];
    });
    // `Headers` refuses names and values that no request can have.
    return Object.fromEntries(new Headers(entries));
  } catch {
    addIssue("must be headers such as name=value,other=value, percent-encoded");
    return z.NEVER;
  }
});

// The build on Vercel reads the settings before Prisma generates its client.
const roleSchema = z.enum(["member", "reviewer", "admin"] satisfies Role[]);

/** Roles, separated by commas. Empty or "none": no role. */
const rolesSchema = z.string().transform((text, { addIssue }): readonly Role[] => {
  const names = text.split(",").map((name) => name.trim());
  const roles = names
    .filter((name) => name !== "" && name !== "none")
    .map((name) => roleSchema.safeParse(name));
  if (roles.every(({ success }) => success)) return roles.flatMap(({ data }) => data ?? []);
  addIssue("must be roles such as reviewer,admin, or none");
  return z.NEVER;
});

export const envSchema = z.object({
  NODE_ENV: z.string().default("production"),
  VERCEL: z.string().optional(),
  VERCEL_ENV: z.enum(["production", "preview", "development"]).optional(),
  VERCEL_PROJECT_PRODUCTION_URL: z.string().optional(),
  VERCEL_BRANCH_URL: z.string().optional(),
  /** In builds and after `vercel env pull`. A request has it in a header. */
  VERCEL_OIDC_TOKEN: z.string().optional(),
  PORT: z.coerce.number().int().min(0).max(65_535).default(3000),
  /** Interface to listen on. Default: loopback if APP_URL is loopback, else all. */
  HOST: z.string().optional(),
  APP_URL: baseUrlSchema.optional(),
  DATA_DIR: z.string().default(".data"),
  DATABASE_URL: postgresUrlSchema.optional(),
  DEMO: z.enum(["auto", "off"]).default("auto"),
  AUTH_SECRET: z.string().min(32, "must have at least 32 characters").optional(),
  /** Roles that need a second factor. Default: reviewer and admin where APP_URL is https. */
  REQUIRE_SECOND_FACTOR: rolesSchema.optional(),
  /** The secret of the audit trail. Default: AUTH_SECRET. */
  TRAIL_SECRET: z.string().min(32, "must have at least 32 characters").optional(),
  STORAGE: z.enum(driverNamesOf(DRIVERS)).default("local"),
  ...variablesOfAll(DRIVERS),
  /** The store of the static bucket, if it is another one. Only the doctor reads it. */
  STATIC_S3_ENDPOINT: baseUrlSchema.optional(),
  STATIC_S3_REGION: z.string().optional(),
  STATIC_S3_FORCE_PATH_STYLE: flagSchema,
  /** URL of the published static files. A build writes it into every page. */
  ASSET_PREFIX: baseUrlSchema.optional(),
  MEDIA_URL: baseUrlSchema.optional(),
  /** Hook that purges public URLs from the CDN. With it, a CDN may cache pictures for long. */
  MEDIA_PURGE_URL: z.url({ protocol: /^https?$/ }).optional(),
  /** Calendar days, such as the last day of a document, end at midnight in this time zone. */
  TIME_ZONE: timeZoneSchema,
  /** Moves the application's clock, to see what happens later. Only on loopback. */
  CLOCK_OFFSET: z.string().refine(isClockOffset, "must be a signed ISO 8601 duration such as P7M").optional(),
  CRON_SECRET: z.string().min(16, "must have at least 16 characters").optional(),
  /** Whether strangers may create accounts. Default: only on loopback. */
  SIGN_UP: z.enum(["open", "invite"]).optional(),
  /** The mail server. Without it mails are files in DATA_DIR; on Vercel they wait. */
  SMTP_URL: smtpUrlSchema.optional(),
  MAIL_FROM: mailAddressSchema.optional(),
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
  /** Days after which no backup has a deleted file any more. Receipts name the date. */
  BACKUP_DAYS: countSchema(30),
  /** HSTS also covers the names below that of APP_URL. */
  HSTS_SUBDOMAINS: flagSchema.prefault("true"),
  /** Seconds from SIGTERM to the last new connection. Health returns 503 in this time. */
  SHUTDOWN_NOTICE: countSchema(0),
  LOG_LEVEL: z.enum(LOG_LEVELS).default("info"),
  /** The collector of spans. Default: no spans. The names are OpenTelemetry's. */
  OTEL_EXPORTER_OTLP_ENDPOINT: z.url({ protocol: /^https?$/ }).optional(),
  OTEL_EXPORTER_OTLP_HEADERS: otlpHeadersSchema.optional(),
  OTEL_SERVICE_NAME: z.string().default("dossier"),
});

type ParsedEnv = z.infer<typeof envSchema>;

/** The parsed settings, with every default. */
export type Env = Omit<
  ParsedEnv,
  "APP_URL" | "DATABASE_URL" | "AUTH_SECRET" | "SIGN_UP" | "TRUSTED_PROXIES" | "REQUIRE_SECOND_FACTOR"
> & {
  APP_URL: string;
  SIGN_UP: "open" | "invite";
  DATABASE_URL: string;
  AUTH_SECRET: string;
  TRUSTED_PROXIES: number;
  REQUIRE_SECOND_FACTOR: readonly Role[];
};

/** Parses all settings. Throws one error that names every problem. */
export function parseEnv(variables: Record<string, string | undefined>): Env {
  const env = parseVariables(envSchema, variables);
  const appUrl = env.APP_URL ?? vercelUrl(env) ?? `http://localhost:${env.PORT}`;
  const problems = [...validateStorageSettings(env), ...validateSecrets(env, appUrl)];
  if (env.VERCEL && new URL(appUrl).protocol !== "https:")
    problems.push("APP_URL: is required on Vercel, and starts with https://");
  if (env.CLOCK_OFFSET !== undefined && !isLoopback(appUrl))
    problems.push("CLOCK_OFFSET: only a site at a loopback APP_URL can move its clock");
  if (env.SMTP_URL && !env.MAIL_FROM)
    problems.push("MAIL_FROM: is required with SMTP_URL; set it to the address that mails come from");
  if (!env.DATABASE_URL)
    problems.push("DATABASE_URL: is missing (without it, `npm start` uses an embedded PostgreSQL)");
  if (problems.length > 0) throw environmentError(problems);
  return {
    ...env,
    APP_URL: appUrl,
    DATABASE_URL: env.DATABASE_URL ?? "",
    AUTH_SECRET: env.AUTH_SECRET ?? "",
    SIGN_UP: env.SIGN_UP ?? (isLoopback(appUrl) ? "open" : "invite"),
    TRUSTED_PROXIES: env.TRUSTED_PROXIES ?? (env.VERCEL ? 1 : 0),
    REQUIRE_SECOND_FACTOR:
      env.REQUIRE_SECOND_FACTOR ?? (appUrl.startsWith("https:") ? ["reviewer", "admin"] : []),
  };
}

function validateStorageSettings(env: ParsedEnv): string[] {
  const driver = DRIVERS[env.STORAGE];
  if (!env.VERCEL || driver.capabilities.isShared) return driver.findProblems(env);
  const shared = driverNamesOf(DRIVERS).filter((name) => DRIVERS[name].capabilities.isShared);
  return [`STORAGE: ${env.STORAGE} storage is lost on Vercel; set it to ${shared.join(" or ")}`];
}

/** Returns the URL from Vercel: the project's, or for a preview the stable one of its branch. */
function vercelUrl(env: ParsedEnv): string | undefined {
  const host = env.VERCEL_ENV === "production" ? env.VERCEL_PROJECT_PRODUCTION_URL : env.VERCEL_BRANCH_URL;
  return env.VERCEL && host ? `https://${host}` : undefined;
}

function validateSecrets(env: ParsedEnv, appUrl: string): string[] {
  if (env.AUTH_SECRET) return [];
  return [
    isLoopback(appUrl) && !env.VERCEL
      ? "AUTH_SECRET: is missing (`npm start` creates one in DATA_DIR)"
      : "AUTH_SECRET: is required; create one with `openssl rand -base64 32`",
  ];
}

let cachedEnv: Env | undefined;

/** Returns the settings of this process. Parses them at the first call: a build needs none. */
export function env(): Env {
  cachedEnv ??= parseEnv(process.env);
  return cachedEnv;
}

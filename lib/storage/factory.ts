import { join } from "node:path";
import type { Clock } from "../clock";
import type { Env } from "../config/env";
import { createLocalStorage } from "./local";
import { createS3Storage } from "./s3";
import { type CredentialSource, cacheCredentials } from "./s3/credentials";
import { readVercelToken } from "./s3/vercel-token";
import { assumeRole } from "./s3/web-identity";
import type { Storage, StorageClass, Storages } from "./storage";

export type StorageSettings = {
  /** Something tells the CDN before the public class when an object dies, so that it may keep one for long. */
  hasCdnPurge?: boolean | undefined;
} & (
  | {
      driver: "local";
      /** Holds the folders `public` and `private`. */
      folder: string;
      baseUrl: string;
      mediaUrl?: string | undefined;
      secret: string;
    }
  | {
      driver: "s3";
      buckets: Record<StorageClass, string>;
      region: string;
      endpoint?: string | undefined;
      browserEndpoint?: string | undefined;
      forcePathStyle: boolean;
      credentials?: CredentialSource | undefined;
      mediaUrl?: string | undefined;
    }
);

/** The storage of each class. Opens nothing: neither a file nor a connection. */
export function createStorages(settings: StorageSettings, clock: Clock): Storages {
  if (settings.driver === "local") {
    const make = (name: StorageClass): Storage =>
      createLocalStorage({
        ...settings,
        class: name,
        folder: join(/* turbopackIgnore: true */ settings.folder, name),
        clock,
      });
    return { public: make("public"), private: make("private") };
  }
  const { credentials: source } = settings;
  // Fetched once for both.
  const credentials = typeof source === "function" ? cacheCredentials(source, clock) : source;
  const make = (name: StorageClass): Storage =>
    createS3Storage({ ...settings, credentials, class: name, bucket: settings.buckets[name], clock });
  return { public: make("public"), private: make("private") };
}

/** What the environment says about storage. */
export function storageSettingsFromEnv(env: Env): StorageSettings {
  const mediaUrl = env.MEDIA_URL;
  const purged = env.MEDIA_PURGE_URL !== undefined;
  if (env.STORAGE === "local") {
    // Next traces what a function may read: to it, unknown/storage is every folder of that name, members' files among them.
    const folder = join(/* turbopackIgnore: true */ env.DATA_DIR, "storage");
    return { driver: "local", folder, baseUrl: env.APP_URL, mediaUrl, hasCdnPurge: purged, secret: env.AUTH_SECRET };
  }
  return {
    driver: "s3",
    buckets: { public: env.STORAGE_PUBLIC_BUCKET ?? "", private: env.STORAGE_PRIVATE_BUCKET ?? "" },
    region: env.S3_REGION,
    endpoint: env.S3_ENDPOINT,
    browserEndpoint: env.S3_BROWSER_ENDPOINT,
    forcePathStyle: env.S3_FORCE_PATH_STYLE,
    credentials: credentialsFromEnv(env),
    mediaUrl,
    hasCdnPurge: purged,
  };
}

/** Whose keys sign: those that are set, those of a role that Vercel's token may take, or those that this machine has. */
export function credentialKindOf(env: Env): "settings" | "role" | "machine" {
  if (env.S3_ACCESS_KEY_ID && env.S3_SECRET_ACCESS_KEY) return "settings";
  // Kubernetes on AWS sets a variable of this name, too, and a file with its own token beside it.
  return env.AWS_ROLE_ARN && (env.VERCEL || env.VERCEL_OIDC_TOKEN) ? "role" : "machine";
}

/** Keys that are set, else the role that Vercel's token may take, else undefined: the SDK's own chain, which knows roles of other platforms. */
function credentialsFromEnv(env: Env): CredentialSource | undefined {
  const { S3_ACCESS_KEY_ID: accessKeyId, S3_SECRET_ACCESS_KEY: secretAccessKey, AWS_ROLE_ARN: role } = env;
  if (accessKeyId && secretAccessKey) return { accessKeyId, secretAccessKey };
  if (!role || credentialKindOf(env) !== "role") return undefined;
  return assumeRole({ roleArn: role, region: env.S3_REGION, token: () => readVercelToken(env.VERCEL_OIDC_TOKEN) });
}

export function storagesFromEnv(env: Env, clock: Clock): Storages {
  return createStorages(storageSettingsFromEnv(env), clock);
}

/** The storage of a class that is only known by its name. Throws an error that names the valid ones. */
export function storageByName(storages: Storages, name: string): Storage {
  const found = new Map<string, Storage>(Object.entries(storages)).get(name);
  if (found) return found;
  throw new Error(
    `There is no storage class ${JSON.stringify(name)}; there are: ${Object.keys(storages).join(", ")}.`,
  );
}

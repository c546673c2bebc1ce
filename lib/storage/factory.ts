import { join } from "node:path";
import type { Clock } from "../clock";
import type { Env } from "../env";
import { createLocalStorage } from "./local";
import { createS3Storage } from "./s3";
import type { CredentialSource } from "./s3-credentials";
import type { Storage, StorageClass, Storages } from "./storage";

export type StorageSettings = {
  /** Something tells the CDN before the public class when an object dies, so that it may keep one for long. */
  purged?: boolean | undefined;
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
  const make = (name: StorageClass): Storage =>
    settings.driver === "local"
      ? createLocalStorage({ ...settings, class: name, folder: join(settings.folder, name), clock })
      : createS3Storage({ ...settings, class: name, bucket: settings.buckets[name], clock });
  return { public: make("public"), private: make("private") };
}

/** What the environment says about storage. */
export function storageSettings(env: Env): StorageSettings {
  const mediaUrl = env.MEDIA_URL;
  const purged = env.MEDIA_PURGE_URL !== undefined;
  if (env.STORAGE === "local") {
    const folder = join(env.DATA_DIR, "storage");
    return { driver: "local", folder, baseUrl: env.APP_URL, mediaUrl, purged, secret: env.AUTH_SECRET };
  }
  const [accessKeyId, secretAccessKey] = [env.S3_ACCESS_KEY_ID, env.S3_SECRET_ACCESS_KEY];
  return {
    driver: "s3",
    buckets: { public: env.STORAGE_PUBLIC_BUCKET ?? "", private: env.STORAGE_PRIVATE_BUCKET ?? "" },
    region: env.S3_REGION,
    endpoint: env.S3_ENDPOINT,
    browserEndpoint: env.S3_BROWSER_ENDPOINT,
    forcePathStyle: env.S3_FORCE_PATH_STYLE,
    credentials: accessKeyId && secretAccessKey ? { accessKeyId, secretAccessKey } : undefined,
    mediaUrl,
    purged,
  };
}

export function storagesFrom(env: Env, clock: Clock): Storages {
  return createStorages(storageSettings(env), clock);
}

/** The storage of a class that is only known by its name. Throws an error that names the valid ones. */
export function storageOf(storages: Storages, name: string): Storage {
  const found = new Map<string, Storage>(Object.entries(storages)).get(name);
  if (found) return found;
  throw new Error(
    `There is no storage class ${JSON.stringify(name)}; there are: ${Object.keys(storages).join(", ")}.`,
  );
}

import type { SignInSettings } from "@/lib/accounts/sign-in-settings";
import { createTaggedCache, type TaggedCache } from "@/lib/accounts/tagged-cache";
import type { AppContext } from "@/lib/app-context";
import { type Clock, systemClock } from "@/lib/clock";
import { clockFromEnv, createAppContext } from "@/lib/config/create-app-context";
import { env } from "@/lib/config/env";
import { createDb, type Db } from "@/lib/db/client";
import { DecoderPool } from "@/lib/inspect/decoder-pool";
import { runInBackground } from "@/lib/observability/background-work";
import { createHealthCheck, type Health } from "@/lib/observability/health";
import { measurePool, measureStorages } from "@/lib/observability/measure";
import { storagesFromEnv } from "@/lib/storage/factory";
import type { Storages } from "@/lib/storage/storage";
import { log } from "./log";
import { waitUntil } from "./wait-until";

// Next loads this module once per bundle, and again at every hot reload. The pools and the cache of
// profile cards exist once per process. Nothing else is shared: an object of one bundle is no
// `instanceof` the same class in another bundle.
const processGlobals = globalThis as typeof globalThis & {
  dossierDb?: Db;
  dossierDecoders?: DecoderPool;
  dossierProfileCards?: TaggedCache<Buffer>;
};
let cachedStorages: Storages | undefined;

let cachedClock: Clock | undefined;
export const clock: Clock = {
  now: () => {
    cachedClock ??= clockFromEnv(env());
    return cachedClock.now();
  },
};

/** Returns the URL of the application, for links and metadata. */
export function appUrl(): string {
  return env().APP_URL;
}

/** Tells whether strangers may create accounts here. If not, people are invited. */
export function opensSignUp(): boolean {
  return env().SIGN_UP === "open";
}

/** Returns the host of the application, as people know the site. */
export function hostOfSite(): string {
  return new URL(env().APP_URL).host;
}

/** Returns the secret of the scheduler. Undefined means that no scheduler has access. */
export function cronSecret(): string | undefined {
  return env().CRON_SECRET;
}

/** Tells whether this is a preview deployment, which may share the database of production. */
export function isPreview(): boolean {
  return env().VERCEL_ENV === "preview";
}

export function db(): Db {
  processGlobals.dossierDb ??= openDb();
  return processGlobals.dossierDb;
}

function openDb(): Db {
  const db = createDb(env().DATABASE_URL, { log: log(), onVercel: Boolean(env().VERCEL) });
  if (isMeasuring()) measurePool(db.pool);
  return db;
}

function decoders(): DecoderPool {
  processGlobals.dossierDecoders ??= new DecoderPool();
  return processGlobals.dossierDecoders;
}

export function storages(): Storages {
  if (cachedStorages) return cachedStorages;
  cachedStorages = storagesFromEnv(env(), systemClock);
  if (isMeasuring()) measureStorages(cachedStorages);
  return cachedStorages;
}

/**
 * Tells whether to measure waiting times: for the browser in development, or for a span
 * collector.
 */
export function isMeasuring(): boolean {
  return env().NODE_ENV === "development" || env().OTEL_EXPORTER_OTLP_ENDPOINT !== undefined;
}

export function appContext(): AppContext & { signIn: SignInSettings } {
  return createAppContext(env(), {
    db: db(),
    storages: storages(),
    log: log(),
    decoders: decoders(),
    profileCards: profileCardCache(),
    runInBackground: (work) => waitUntil(runInBackground(log(), work)),
  });
}

/** Caches a few hundred cards, for as long as caches may keep a public picture. */
function profileCardCache(): TaggedCache<Buffer> {
  processGlobals.dossierProfileCards ??= createTaggedCache({
    clock,
    seconds: 60,
    maxSize: 16 * 1024 ** 2,
    sizeOf: ({ length }) => length,
  });
  return processGlobals.dossierProfileCards;
}

let cachedHealthCheck: (() => Promise<Health>) | undefined;

/** Checks database and storage. Concurrent callers share one check. */
export function checkHealth(): Promise<Health> {
  cachedHealthCheck ??= createHealthCheck({
    database: () => db().$queryRaw`SELECT 1`,
    storage: () => Promise.all(Object.values(storages()).map((storage) => storage.checkHealth())),
    clock,
    log: log(),
  });
  return cachedHealthCheck();
}

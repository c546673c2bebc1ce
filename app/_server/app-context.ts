import { cdnPurgerFromEnv } from "@/lib/files/cdn-purger";
import { systemClock } from "@/lib/clock";
import { createDb, type Db } from "@/lib/db/client";
import { type AppContext, limitsFromEnv } from "@/lib/app-context";
import { env } from "@/lib/config/env";
import { createHealthCheck, type Health } from "@/lib/observability/health";
import { createTaggedCache, type TaggedCache } from "@/lib/accounts/tagged-cache";
import { runInBackground } from "@/lib/observability/background-work";
import { measurePool, measureStorages } from "@/lib/observability/measure";
import { storagesFromEnv } from "@/lib/storage/factory";
import type { Storages } from "@/lib/storage/storage";
import { log } from "./log";
import { waitUntil } from "./wait-until";

// The pool is one per process: Next loads this module once per bundle, and again at every hot reload. The cards likewise, that forgetting one
// reaches them all. Nothing else is shared that way, for an object of one bundle's class is no `instanceof` the same class in another.
const processGlobals = globalThis as typeof globalThis & { dossierDb?: Db; dossierProfileCards?: TaggedCache<Buffer> };
let cachedStorages: Storages | undefined;

export const clock = systemClock;

/** Where people reach the application; links and metadata start here. */
export function appUrl(): string {
  return env().APP_URL;
}

/** What a scheduler must know; undefined where none is let in. */
export function cronSecret(): string | undefined {
  return env().CRON_SECRET;
}

export function db(): Db {
  processGlobals.dossierDb ??= openDb();
  return processGlobals.dossierDb;
}

function openDb(): Db {
  const made = createDb(env().DATABASE_URL, { log: log(), onVercel: Boolean(env().VERCEL) });
  if (isMeasuring()) measurePool(made.pool);
  return made;
}

export function storages(): Storages {
  if (cachedStorages) return cachedStorages;
  cachedStorages = storagesFromEnv(env(), clock);
  if (isMeasuring()) measureStorages(cachedStorages);
  return cachedStorages;
}

/** Whether anybody is told how long a request waited, and for what: in development the browser, else a collector of spans. */
export function isMeasuring(): boolean {
  return env().NODE_ENV === "development" || env().OTEL_EXPORTER_OTLP_ENDPOINT !== undefined;
}

export function appContext(): AppContext {
  return {
    db: db(),
    storages: storages(),
    clock,
    limits: limitsFromEnv(env()),
    profileCards: profileCardCache(),
    log: log(),
    runInBackground: (work) => waitUntil(runInBackground(log(), work)),
    ...cdnPurgerFromEnv(env()),
  };
}

/** As long as a public picture may be kept anywhere; a few hundred cards. */
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

/** Whether all is well; many who ask at once share one look. */
export function checkHealth(): Promise<Health> {
  cachedHealthCheck ??= createHealthCheck({
    database: () => db().$queryRaw`SELECT 1`,
    storage: () => Promise.all(Object.values(storages()).map((storage) => storage.checkHealth())),
    clock,
    log: log(),
  });
  return cachedHealthCheck();
}

import { cachesOf } from "@/lib/caches";
import { systemClock } from "@/lib/clock";
import { createDb, type Db } from "@/lib/db/client";
import { type Deps, limitsOf } from "@/lib/deps";
import { env } from "@/lib/env";
import { createHealth, type Health } from "@/lib/health";
import { createKept, type Kept } from "@/lib/kept";
import { goOn } from "@/lib/requests/going-on";
import { measurePool, measureStorages } from "@/lib/requests/measure";
import { storagesFrom } from "@/lib/storage/factory";
import type { Storages } from "@/lib/storage/storage";
import { log } from "./log";
import { untilDone } from "./until-done";

// The pool is one per process: Next loads this module once per bundle, and again at every hot reload. The cards likewise, that forgetting one
// reaches them all. Nothing else is shared that way, for an object of one bundle's class is no `instanceof` the same class in another.
const kept = globalThis as typeof globalThis & { dossierDb?: Db; dossierCards?: Kept<Buffer> };
let made: Storages | undefined;

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
  kept.dossierDb ??= opened();
  return kept.dossierDb;
}

function opened(): Db {
  const made = createDb(env().DATABASE_URL, { log: log() });
  if (measuring()) measurePool(made.pool);
  return made;
}

export function storages(): Storages {
  if (made) return made;
  made = storagesFrom(env(), clock);
  if (measuring()) measureStorages(made);
  return made;
}

/** Whether anybody is told how long a request waited, and for what: in development the browser, else a collector of spans. */
export function measuring(): boolean {
  return env().NODE_ENV === "development" || env().OTEL_EXPORTER_OTLP_ENDPOINT !== undefined;
}

export function deps(): Deps {
  return {
    db: db(),
    storages: storages(),
    clock,
    limits: limitsOf(env()),
    cards: cards(),
    log: log(),
    goOn: (work) => untilDone(goOn(log(), work)),
    ...cachesOf(env()),
  };
}

/** As long as a public picture may be kept anywhere; a few hundred cards. */
function cards(): Kept<Buffer> {
  kept.dossierCards ??= createKept({
    clock,
    seconds: 60,
    most: 16 * 1024 ** 2,
    sizeOf: ({ length }) => length,
  });
  return kept.dossierCards;
}

let look: (() => Promise<Health>) | undefined;

/** Whether all is well; many who ask at once share one look. */
export function health(): Promise<Health> {
  look ??= createHealth({
    database: () => db().$queryRaw`SELECT 1`,
    storage: () => Promise.all(Object.values(storages()).map((storage) => storage.check())),
    clock,
    log: log(),
  });
  return look();
}

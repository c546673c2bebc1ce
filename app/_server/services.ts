import { cachesOf } from "@/lib/caches";
import { systemClock } from "@/lib/clock";
import { createDb, type Db } from "@/lib/db/client";
import { type Deps, limitsOf } from "@/lib/deps";
import { env } from "@/lib/env";
import { storagesFrom } from "@/lib/storage/factory";
import type { Storages } from "@/lib/storage/storage";

// The pool is one per process: Next loads this module once per bundle, and again at every hot reload. Nothing else is shared that way, for
// an object of one bundle's class is no `instanceof` the same class in another.
const kept = globalThis as typeof globalThis & { dossierDb?: Db };
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
  kept.dossierDb ??= createDb(env().DATABASE_URL);
  return kept.dossierDb;
}

export function storages(): Storages {
  made ??= storagesFrom(env(), clock);
  return made;
}

export function deps(): Deps {
  return { db: db(), storages: storages(), clock, limits: limitsOf(env()), ...cachesOf(env()) };
}

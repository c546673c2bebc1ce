import { systemClock } from "@/lib/clock";
import { createDb, type Db } from "@/lib/db/client";
import type { Deps, Limits } from "@/lib/deps";
import { env } from "@/lib/env";
import { storagesFrom } from "@/lib/storage/factory";
import type { Storages } from "@/lib/storage/storage";

// One of each per process. On `globalThis`, because Next loads this module once per bundle and again at every hot reload.
const kept = globalThis as typeof globalThis & { dossier?: { db?: Db; storages?: Storages } };
kept.dossier ??= {};
const services = kept.dossier;

export const clock = systemClock;

export function db(): Db {
  return (services.db ??= createDb(env().DATABASE_URL));
}

export function storages(): Storages {
  return (services.storages ??= storagesFrom(env(), clock));
}

export function deps(): Deps {
  return { db: db(), storages: storages(), clock, limits: limits() };
}

function limits(): Limits {
  const settings = env();
  return {
    quotaBytes: settings.QUOTA_BYTES,
    openUploads: settings.QUOTA_OPEN_UPLOADS,
    uploadTtl: settings.UPLOAD_TTL,
    readUrlTtl: settings.READ_URL_TTL,
    claimTtl: settings.CLAIM_TTL,
    undoTtl: settings.UNDO_TTL,
    sweepGrace: settings.SWEEP_GRACE,
  };
}

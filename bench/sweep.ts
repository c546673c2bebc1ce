import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import pg from "pg";
import { z } from "zod";
import { systemClock } from "../lib/clock";
import { createStorages } from "../lib/storage/factory";
import { startPostgres } from "../server/postgres/server";
import { applyMigrations } from "../server/prisma/apply-migrations";
import { createTestBuckets } from "../tests/stores/buckets";
import { s3Environment } from "../tests/stores/s3-environment";
import { s3SettingsFor } from "../tests/stores/s3-subject";
import { openTestStore } from "../tests/stores/test-store";
import type { BenchResult } from "./runner/result";

export const name = "sweep";

const SMALL_TABLE_ROWS = 100_000;
const LARGE_TABLE_ROWS = 1_000_000;
const DUE_UPLOADS = 10_000;
const OWNER_COUNT = 1000;
/** Concurrent writes of objects, before the measurement. */
const CONCURRENCY = 48;
const MEBIBYTE = 1024 * 1024;

/** A storage for the objects of due uploads. The sweep gets it through `environment`. */
type BenchStore = {
  name: string;
  environment: Record<string, string>;
  put(key: string): Promise<void>;
  remove(): Promise<void>;
};

/**
 * Measures a sweep of 10,000 due uploads with objects, in a table of 100,000 and of a million rows,
 * on local storage and on S3.
 */
export async function run(): Promise<BenchResult> {
  const dataDir = mkdtempSync(join(tmpdir(), "dossier-bench-"));
  const postgres = await startPostgres({ dataDir });
  try {
    await applyMigrations(postgres.url);
    const stores = [openLocalStore(dataDir), await openS3Store()].filter((store) => store !== null);
    const runs: SweepRun[] = [];
    for (const rows of [SMALL_TABLE_ROWS, LARGE_TABLE_ROWS]) {
      await fillTable(postgres.url, rows);
      for (const store of stores) {
        const measured = await measureSweep(postgres.url, dataDir, store, rows);
        console.log(`${store.name}, ${rows} rows: ${measured.seconds.toFixed(1)} s`);
        runs.push(measured);
      }
    }
    for (const store of stores) await store.remove();
    return { name, rows: runs.map(formatRow), goals: stores.flatMap((store) => goalsFor(store, runs)) };
  } finally {
    await postgres.leave();
    rmSync(dataDir, { recursive: true, force: true });
  }
}

const sweepReportSchema = z.object({
  expired: z.number(),
  destroyed: z.number(),
  failed: z.number(),
  seconds: z.number(),
  grown: z.number(),
});
type SweepRun = z.infer<typeof sweepReportSchema> & { store: string; table: number };

function formatRow({ store, table, expired, destroyed, seconds, grown }: SweepRun) {
  return {
    store,
    "rows in Upload": table,
    "uploads expired": expired,
    "objects deleted": destroyed,
    seconds: Number(seconds.toFixed(1)),
    "RSS grown, MiB": Math.round(grown / MEBIBYTE),
  };
}

function goalsFor({ name }: BenchStore, runs: SweepRun[]): BenchResult["goals"] {
  const of = (table: number) => runs.find((each) => each.store === name && each.table === table);
  const [small, large] = [of(SMALL_TABLE_ROWS), of(LARGE_TABLE_ROWS)];
  if (!small || !large) return [];
  const growth = (large.grown - small.grown) / MEBIBYTE;
  return [
    {
      what: `a sweep in a million rows, ${name}`,
      goal: "under 30 s",
      measured: `${large.seconds.toFixed(1)} s`,
      met: large.seconds < 30,
    },
    {
      what: `its memory compared with a tenth of the rows, ${name}`,
      goal: "at most 32 MiB more",
      measured: `${growth.toFixed(0)} MiB`,
      met: growth <= 32,
    },
    {
      what: `due uploads and deleted objects, ${name}`,
      goal: `${DUE_UPLOADS} and ${DUE_UPLOADS}`,
      measured: `${large.expired} and ${large.destroyed}`,
      met: large.expired === DUE_UPLOADS && large.destroyed === DUE_UPLOADS && large.failed === 0,
    },
  ];
}

/** Fills the table up to `rows`. Nearly all uploads have ended, a few are open. */
async function fillTable(url: string, rows: number): Promise<void> {
  await query(
    url,
    `INSERT INTO "User" (id, name, email, handle, "updatedAt")
     SELECT gen_random_uuid(), 'Member ' || n, 'member-' || n || '@example.org', 'member-' || n, now()
     FROM generate_series(1, $1::int) n ON CONFLICT DO NOTHING`,
    [OWNER_COUNT],
  );
  await query(
    url,
    `INSERT INTO "Upload" (id, "ownerId", field, name, type, size, sha256, key, state, "expiresAt")
     SELECT gen_random_uuid(), u.id, 'contract', 'contract.pdf', 'application/pdf', 1000, 'x', 'quarantine/' || md5('ended ' || n),
       (CASE WHEN n % 50 = 0 THEN 'issued' WHEN n % 7 = 0 THEN 'expired' ELSE 'completed' END)::"UploadState",
       CASE WHEN n % 50 = 0 THEN now() + interval '1 day' ELSE now() - n % 1000 * interval '1 hour' END
     FROM generate_series((SELECT count(*) FROM "Upload") + 1, $1::int) n
     JOIN (SELECT id, row_number() OVER () AS place FROM "User") u ON u.place = n % $2::int + 1`,
    [rows, OWNER_COUNT],
  );
  await query(url, "VACUUM ANALYZE");
}

/** Runs a statement outside the application's pool, which allows five seconds. */
async function query<T extends pg.QueryResultRow>(
  url: string,
  text: string,
  values: unknown[] = [],
): Promise<T[]> {
  // Skips the checks of foreign keys for a million rows.
  const client = new pg.Client({
    connectionString: url,
    options: "-c session_replication_role=replica -c synchronous_commit=off",
  });
  await client.connect();
  try {
    return (await client.query<T>(text, values)).rows;
  } finally {
    await client.end();
  }
}

async function measureSweep(
  url: string,
  dataDir: string,
  store: BenchStore,
  table: number,
): Promise<SweepRun> {
  const keys = await query<{ key: string }>(
    url,
    `INSERT INTO "Upload" (id, "ownerId", field, name, type, size, sha256, key, state, "expiresAt")
     SELECT gen_random_uuid(), u.id, 'contract', 'contract.pdf', 'application/pdf', 1000, 'x',
       'quarantine/' || md5(gen_random_uuid()::text), 'issued', now() - interval '3 hours'
     FROM generate_series(1, $1::int) n
     JOIN (SELECT id, row_number() OVER () AS place FROM "User") u ON u.place = n % $2::int + 1
     RETURNING key`,
    [DUE_UPLOADS, OWNER_COUNT],
  );
  for (let from = 0; from < keys.length; from += CONCURRENCY)
    await Promise.all(keys.slice(from, from + CONCURRENCY).map(({ key }) => store.put(key)));
  const variables = {
    DATABASE_URL: url,
    DATA_DIR: dataDir,
    AUTH_SECRET: "b".repeat(32),
    ...store.environment,
  };
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ["--import", "tsx", "bench/peers/sweep-once.ts"],
    { env: { ...process.env, ...variables }, timeout: 300_000 },
  );
  return {
    ...sweepReportSchema.parse(JSON.parse(stdout.trim().split("\n").at(-1) ?? "")),
    store: store.name,
    table,
  };
}

function openLocalStore(dataDir: string): BenchStore {
  const folder = join(dataDir, "storage", "private");
  return {
    name: "local",
    environment: { STORAGE: "local" },
    put: async (key) => {
      // A sweep also deletes the folder that it empties.
      mkdirSync(join(folder, "quarantine"), { recursive: true });
      await writeFile(join(folder, key), "bytes");
    },
    remove: async () => undefined,
  };
}

/** Returns null and prints the reason if this machine has no S3 store. */
async function openS3Store(): Promise<BenchStore | null> {
  const store = await openTestStore();
  if ("skipped" in store) {
    console.log(`No S3 store: ${store.skipped}`);
    return null;
  }
  const buckets = await createTestBuckets(store, { prefix: "dossier-bench" });
  const { private: storage } = createStorages(s3SettingsFor(store, buckets), systemClock);
  const bytes = new TextEncoder().encode("bytes");
  return {
    name: "S3",
    environment: s3Environment({ ...store, ...buckets }),
    put: (key) => storage.put(key, bytes, { type: "application/octet-stream", size: bytes.length }),
    remove: buckets.remove,
  };
}

import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import pg from "pg";
import { z } from "zod";
import { systemClock } from "../../lib/clock";
import { createStorages } from "../../lib/storage/factory";
import { createTestBuckets } from "../../lib/storage/testing/buckets";
import { s3Environment } from "../../lib/storage/testing/s3-environment";
import { settingsOf } from "../../lib/storage/testing/s3-subject";
import { testStore } from "../../lib/storage/testing/test-store";
import type { BenchResult } from "../bench";
import { startPostgres } from "../postgres/server";
import { migrate } from "../prisma/migrate";

export const name = "sweep";

const SMALL = 100_000;
const LARGE = 1_000_000;
const DUE = 10_000;
const OWNERS = 1000;
/** Objects that are put at a time, before anything is measured. */
const AT_ONCE = 48;
const MEBIBYTE = 1024 * 1024;

/** Where the objects of due uploads lie: written there one by one, named to the sweep by its environment. */
type Place = {
  name: string;
  variables: Record<string, string>;
  put(key: string): Promise<void>;
  remove(): Promise<void>;
};

/** A sweep of 10,000 uploads that are due among 100,000 and among a million, their objects there, in local storage and in an S3 store. */
export async function run(): Promise<BenchResult> {
  const dataDir = mkdtempSync(join(tmpdir(), "dossier-bench-"));
  const postgres = await startPostgres({ dataDir });
  try {
    await migrate(postgres.url);
    const places = [localPlace(dataDir), await s3Place()].filter((place) => place !== null);
    const runs: Run[] = [];
    for (const rows of [SMALL, LARGE]) {
      await fill(postgres.url, rows);
      for (const place of places) {
        const measured = await measure(postgres.url, dataDir, place, rows);
        console.log(`${place.name}, ${rows} rows: ${measured.seconds.toFixed(1)} s`);
        runs.push(measured);
      }
    }
    for (const place of places) await place.remove();
    return { name, rows: runs.map(row), goals: places.flatMap((place) => goals(place, runs)) };
  } finally {
    await postgres.stop();
    rmSync(dataDir, { recursive: true, force: true });
  }
}

const told = z.object({
  expired: z.number(),
  destroyed: z.number(),
  failed: z.number(),
  seconds: z.number(),
  grown: z.number(),
});
type Run = z.infer<typeof told> & { place: string; table: number };

function row({ place, table, expired, destroyed, seconds, grown }: Run) {
  return {
    store: place,
    "rows in Upload": table,
    "uploads ended": expired,
    "objects destroyed": destroyed,
    seconds: Number(seconds.toFixed(1)),
    "RSS grown, MiB": Math.round(grown / MEBIBYTE),
  };
}

function goals({ name }: Place, runs: Run[]): BenchResult["goals"] {
  const of = (table: number) => runs.find((each) => each.place === name && each.table === table);
  const [small, large] = [of(SMALL), of(LARGE)];
  if (!small || !large) return [];
  const more = (large.grown - small.grown) / MEBIBYTE;
  return [
    {
      what: `a sweep among a million, ${name}`,
      goal: "under 30 s",
      measured: `${large.seconds.toFixed(1)} s`,
      met: large.seconds < 30,
    },
    {
      what: `its memory beside a tenth of the table, ${name}`,
      goal: "at most 32 MiB more",
      measured: `${more.toFixed(0)} MiB`,
      met: more <= 32,
    },
    {
      what: `everything due is gone, ${name}`,
      goal: `${DUE} and ${DUE}`,
      measured: `${large.expired} and ${large.destroyed}`,
      met: large.expired === DUE && large.destroyed === DUE && large.failed === 0,
    },
  ];
}

/** Brings the table to this many rows, nearly all of which have ended; a few are open and alive. */
async function fill(url: string, rows: number): Promise<void> {
  await query(
    url,
    `INSERT INTO "User" (id, name, email, handle, "updatedAt")
     SELECT gen_random_uuid(), 'Member ' || n, 'member-' || n || '@example.org', 'member-' || n, now()
     FROM generate_series(1, $1::int) n ON CONFLICT DO NOTHING`,
    [OWNERS],
  );
  await query(
    url,
    `INSERT INTO "Upload" (id, "ownerId", field, name, type, size, sha256, key, state, "expiresAt")
     SELECT gen_random_uuid(), u.id, 'contract', 'contract.pdf', 'application/pdf', 1000, 'x', 'quarantine/' || md5('ended ' || n),
       (CASE WHEN n % 50 = 0 THEN 'issued' WHEN n % 7 = 0 THEN 'expired' ELSE 'completed' END)::"UploadState",
       CASE WHEN n % 50 = 0 THEN now() + interval '1 day' ELSE now() - n % 1000 * interval '1 hour' END
     FROM generate_series((SELECT count(*) FROM "Upload") + 1, $1::int) n
     JOIN (SELECT id, row_number() OVER () AS place FROM "User") u ON u.place = n % $2::int + 1`,
    [rows, OWNERS],
  );
  await query(url, "VACUUM ANALYZE");
}

/** Outside the application's pool, which gives a statement five seconds. */
async function query<T extends pg.QueryResultRow>(
  url: string,
  text: string,
  values: unknown[] = [],
): Promise<T[]> {
  // A million rows of our own need no foreign key looked up.
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

async function measure(url: string, dataDir: string, place: Place, table: number): Promise<Run> {
  const keys = await query<{ key: string }>(
    url,
    `INSERT INTO "Upload" (id, "ownerId", field, name, type, size, sha256, key, state, "expiresAt")
     SELECT gen_random_uuid(), u.id, 'contract', 'contract.pdf', 'application/pdf', 1000, 'x',
       'quarantine/' || md5(gen_random_uuid()::text), 'issued', now() - interval '3 hours'
     FROM generate_series(1, $1::int) n
     JOIN (SELECT id, row_number() OVER () AS place FROM "User") u ON u.place = n % $2::int + 1
     RETURNING key`,
    [DUE, OWNERS],
  );
  for (let from = 0; from < keys.length; from += AT_ONCE)
    await Promise.all(keys.slice(from, from + AT_ONCE).map(({ key }) => place.put(key)));
  const variables = { DATABASE_URL: url, DATA_DIR: dataDir, AUTH_SECRET: "b".repeat(32), ...place.variables };
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ["--import", "tsx", "scripts/peers/sweep-once.ts"],
    { env: { ...process.env, ...variables }, timeout: 300_000 },
  );
  return { ...told.parse(JSON.parse(stdout.trim().split("\n").at(-1) ?? "")), place: place.name, table };
}

function localPlace(dataDir: string): Place {
  const folder = join(dataDir, "storage", "private");
  return {
    name: "local",
    variables: { STORAGE: "local" },
    put: async (key) => {
      // A sweep takes the folder that it empties along.
      mkdirSync(join(folder, "quarantine"), { recursive: true });
      await writeFile(join(folder, key), "bytes");
    },
    remove: async () => undefined,
  };
}

/** Null where this machine has no S3 store, which is said. */
async function s3Place(): Promise<Place | null> {
  const store = await testStore();
  if ("skipped" in store) {
    console.log(`No S3 store: ${store.skipped}`);
    return null;
  }
  const buckets = await createTestBuckets(store, { prefix: "dossier-bench" });
  const { private: storage } = createStorages(settingsOf(store, buckets), systemClock);
  const bytes = new TextEncoder().encode("bytes");
  return {
    name: "S3",
    variables: s3Environment({ ...store, ...buckets }),
    put: (key) => storage.put(key, bytes, { type: "application/octet-stream", size: bytes.length }),
    remove: buckets.remove,
  };
}

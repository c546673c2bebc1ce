import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import pg from "pg";
import { z } from "zod";
import { JOB_FLAGS } from "../server/job-flags.mjs";
import { startPostgres } from "../server/postgres/server";
import { applyMigrations } from "../server/prisma/apply-migrations";
import type { BenchResult } from "./runner/result";

export const name = "clock";

const FILES = 1_000_000;
const DUE = 10_000;
const OWNER_COUNT = 10_000;
const MEBIBYTE = 1024 * 1024;

/** The parts of the retention in this order, and the goal of each. The files have no bytes. */
const PARTS = [
  { part: "date", what: "the dates of a million files", seconds: 120, mebibytes: null },
  { part: "forecast", what: "a forecast of a year, median of 15", seconds: 0.3, mebibytes: null },
  { part: "run", what: `a run with ${DUE} due files, without the store's time`, seconds: 60, mebibytes: 150 },
] as const;

const reportSchema = z.object({ count: z.number(), seconds: z.number(), grown: z.number() });

/** Measures the dates, the forecast and a run of the retention job with a million files. */
export async function run(): Promise<BenchResult> {
  const dataDir = mkdtempSync(join(tmpdir(), "dossier-bench-"));
  const postgres = await startPostgres({ dataDir });
  try {
    await applyMigrations(postgres.url);
    await fillTable(postgres.url);
    const results: BenchResult = { name, rows: [], goals: [] };
    for (const { part, what, seconds, mebibytes } of PARTS) {
      if (part === "forecast") await vacuum(postgres.url);
      const measured = await runPart(postgres.url, dataDir, part);
      const grown = measured.grown / MEBIBYTE;
      results.rows.push({
        part,
        files: measured.count,
        seconds: Number(measured.seconds.toFixed(2)),
        "RSS grown, MiB": Math.round(grown),
      });
      results.goals.push({
        what,
        goal: `under ${seconds} s${mebibytes === null ? "" : ` and ${mebibytes} MiB`}`,
        measured: `${measured.seconds.toFixed(2)} s and ${grown.toFixed(0)} MiB`,
        met: measured.seconds < seconds && (mebibytes === null || grown < mebibytes),
      });
    }
    return results;
  } finally {
    await postgres.leave();
    rmSync(dataDir, { recursive: true, force: true });
  }
}

/** Fills the table with decided and undecided files of two years. The oldest are due. */
async function fillTable(url: string): Promise<void> {
  // Without the checks of foreign keys, and outside the application's pool, which allows seconds.
  const client = new pg.Client({
    connectionString: url,
    options: "-c session_replication_role=replica -c synchronous_commit=off",
  });
  await client.connect();
  await client.query(
    `INSERT INTO "User" (id, name, email, handle, "updatedAt")
     SELECT gen_random_uuid(), 'Member ' || n, 'member-' || n || '@example.org', 'member-' || n, now()
     FROM generate_series(1, $1::int) n`,
    [OWNER_COUNT],
  );
  await client.query(
    `INSERT INTO "File" (id, "ownerId", field, name, type, size, sha256, prefix, visibility, status, "createdAt", "decidedAt", facts)
     SELECT uuidv7(), u.id, (ARRAY['dbsCertificate', 'medicalLetter'])[n % 2 + 1], 'document.pdf', 'application/pdf',
       1000, 'x', 'files/' || n || '/', 'private', CASE WHEN n % 3 = 0 THEN 'submitted' ELSE 'approved' END::"FileStatus",
       now() - CASE WHEN n <= $2 THEN interval '400 days' ELSE n % 20 * interval '1 day' END,
       CASE WHEN n % 3 > 0 THEN now() - CASE WHEN n <= $2 THEN interval '399 days' ELSE n % 20 * interval '1 day' END END,
       '{"issuedOn": "2026-01-15"}'
     FROM generate_series(1, $1::int) n
     JOIN (SELECT id, row_number() OVER () AS place FROM "User") u ON u.place = n % $3::int + 1`,
    [FILES, DUE, OWNER_COUNT],
  );
  await client.query("VACUUM ANALYZE");
  await client.end();
}

/** Does what the autovacuum of PostgreSQL does within minutes after a change of every row. */
async function vacuum(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query('VACUUM ANALYZE "File"');
  await client.end();
}

async function runPart(url: string, dataDir: string, part: string): Promise<z.infer<typeof reportSchema>> {
  const variables = { DATABASE_URL: url, DATA_DIR: dataDir, AUTH_SECRET: "b".repeat(32) };
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [...JOB_FLAGS, "--import", "tsx", "bench/peers/retention-once.ts", part],
    { env: { ...process.env, ...variables }, timeout: 600_000 },
  );
  return reportSchema.parse(JSON.parse(stdout.trim().split("\n").at(-1) ?? ""));
}

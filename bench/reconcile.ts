import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { existsSync, linkSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import pg from "pg";
import { systemClock } from "../lib/clock";
import { createStorages } from "../lib/storage/factory";
import type { Storage } from "../lib/storage/storage";
import { startPostgres } from "../server/postgres/server";
import { applyMigrations } from "../server/prisma/apply-migrations";
import { createTestBuckets } from "../tests/stores/buckets";
import { s3Environment } from "../tests/stores/s3-environment";
import { s3SettingsFor } from "../tests/stores/s3-subject";
import { openTestStore } from "../tests/stores/test-store";
import type { BenchResult } from "./runner/result";

export const name = "reconcile";

const LOCAL_OBJECTS = 1_000_000;
const S3_OBJECTS = 5_000;
const MEMORY_FOLDER = "/dev/shm";
/** Links to one file; ext4 allows 65,000. */
const MAX_HARD_LINKS = 60_000;
const MIB = 1024 ** 2;
const SECRET = "a secret of the benchmark that is long enough";

/**
 * Measures `npm run storage -- reconcile` with a million files of one object each: once with a
 * database that matches the storage, once with an empty database. The baseline is the time to read
 * each side alone. Then measures fewer files on S3.
 */
export async function run(): Promise<BenchResult> {
  const dataDir = mkdtempSync(join(tmpdir(), "dossier-bench-"));
  // A million folders in memory, if possible: otherwise this would measure the disk.
  const files = mkdtempSync(join(existsSync(MEMORY_FOLDER) ? MEMORY_FOLDER : tmpdir(), "dossier-bench-"));
  const postgres = await startPostgres({ dataDir });
  try {
    const [full, empty] = [
      await createDatabase(postgres.url, "full"),
      await createDatabase(postgres.url, "empty"),
    ];
    await fillDatabase(full, LOCAL_OBJECTS);
    console.log(`${LOCAL_OBJECTS} rows are inserted`);
    fillFolder(join(files, "storage/private"), LOCAL_OBJECTS);
    console.log(`${LOCAL_OBJECTS} files are written`);
    const local = { DATA_DIR: files, STORAGE: "local", AUTH_SECRET: SECRET };
    const listing = await measureSeconds(() => listAll(openLocalStorage(files)));
    const keyset = await measureSeconds(() => readAll(full));
    const matching = await runReconcile({ ...local, DATABASE_URL: full });
    console.log("database and storage match", matching);
    const unknown = await runReconcile({ ...local, DATABASE_URL: empty });
    console.log("database is empty", unknown);
    rmSync(join(files, "storage"), { recursive: true });
    const s3 = await measureOnS3(postgres.url, dataDir);
    const row = (what: string, { objects, seconds, peak, cpu, findings }: RunResult) => ({
      what,
      objects,
      seconds: Number(seconds.toFixed(1)),
      "CPU s": Number(cpu.toFixed(1)),
      "peak MiB": Math.round(peak / MIB),
      findings,
    });
    const baseline = (what: string, seconds: number) => ({
      what,
      objects: LOCAL_OBJECTS,
      seconds: Number(seconds.toFixed(1)),
    });
    return {
      name,
      rows: [
        baseline("baseline listing, local", listing),
        baseline("baseline keyset query", keyset),
        row("reconcile, local, database matches", matching),
        row("reconcile, local, database empty", unknown),
        ...(s3
          ? [
              baseline("baseline listing, S3", s3.listing),
              row("reconcile, S3, database matches", s3.reconciled),
            ]
          : []),
      ].map((each) => ({ "CPU s": "", "peak MiB": "", findings: "", ...each })),
      goals: [
        memoryGoal("at 1,000,000 objects and rows", matching),
        memoryGoal("with 1,000,000 findings", unknown),
        {
          what: "false findings",
          goal: "0",
          measured: String(matching.findings),
          met: matching.findings === 0,
        },
        {
          what: "findings with an empty database",
          goal: String(LOCAL_OBJECTS),
          measured: String(unknown.findings),
          met: unknown.findings === LOCAL_OBJECTS,
        },
      ],
    };
  } finally {
    await postgres.leave();
    for (const folder of [dataDir, files]) rmSync(folder, { recursive: true, force: true });
  }
}

function memoryGoal(what: string, { peak }: RunResult): BenchResult["goals"][number] {
  const measured = `${Math.round(peak / MIB)} MiB`;
  return {
    what: `peak memory of the process ${what}`,
    goal: "under 200 MiB",
    measured,
    met: peak < 200 * MIB,
  };
}

/** Returns an unordered name of 32 digits, as in a store. The database computes the same names. */
function objectNameOf(number: number): string {
  return createHash("md5").update(`file ${number}`).digest("hex");
}

async function createDatabase(server: string, name: string): Promise<string> {
  const url = new URL(server);
  url.pathname = `/${name}`;
  await query(server, `CREATE DATABASE "${name}"`);
  await applyMigrations(url.href);
  return url.href;
}

async function fillDatabase(url: string, count: number): Promise<void> {
  const owner = "00000000-0000-7000-8000-000000000000";
  await query(
    url,
    `INSERT INTO "User" (id, name, email, handle, "updatedAt") VALUES ('${owner}', 'Ada', 'ada@example.org', 'ada', now())`,
  );
  await query(
    url,
    `INSERT INTO "File" (id, "ownerId", field, name, type, size, sha256, prefix, visibility, status)
     SELECT gen_random_uuid(), '${owner}', 'medicalLetter', 'letter.pdf', 'application/pdf', 1, '', 'files/' || md5('file ' || n) || '/', 'private', 'submitted'
     FROM generate_series(1, ${count}) n`,
  );
  await query(url, `VACUUM ANALYZE "File"`);
}

async function query(url: string, sql: string): Promise<pg.QueryResult> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return await client.query(sql);
  } finally {
    await client.end();
  }
}

/** Writes files of one byte as hard links, which need less space than files. */
function fillFolder(folder: string, count: number): void {
  let target = "";
  for (let number = 0; number < count; number += 1) {
    const fileFolder = join(folder, "files", objectNameOf(number + 1));
    mkdirSync(fileFolder, { recursive: number === 0 });
    const file = join(fileFolder, "original");
    if (number % MAX_HARD_LINKS === 0) {
      writeFileSync(file, "x");
      target = file;
    } else linkSync(target, file);
  }
}

async function measureSeconds(work: () => Promise<void>): Promise<number> {
  const started = performance.now();
  await work();
  return (performance.now() - started) / 1000;
}

function openLocalStorage(dataDir: string): Storage {
  const folder = join(dataDir, "storage");
  const settings = { driver: "local", folder, baseUrl: "http://localhost:3000", secret: SECRET } as const;
  return createStorages(settings, systemClock).private;
}

async function listAll(storage: Storage): Promise<void> {
  let size = 0;
  for await (const each of storage.list("")) size += each.size;
  if (size === 0) throw new Error("The storage is empty.");
}

async function readAll(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const page = `SELECT prefix, size FROM "File" WHERE prefix > $1 ORDER BY prefix LIMIT 1000`;
  for (let after: string | undefined = ""; after !== undefined; )
    after = (await client.query<{ prefix: string }>(page, [after])).rows.at(-1)?.prefix;
  await client.end();
}

type RunResult = { objects: number; seconds: number; cpu: number; peak: number; findings: number };

/** Runs `npm run storage -- reconcile --json` without npm. Reads peak memory and CPU from /proc. */
async function runReconcile(settings: Record<string, string>): Promise<RunResult> {
  const started = performance.now();
  const child = spawn(process.execPath, ["--import", "tsx", "scripts/storage.ts", "reconcile", "--json"], {
    env: { ...process.env, ...settings },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const usage = { peak: 0, cpu: 0 };
  const timer = setInterval(() => Object.assign(usage, processUsageOf(child.pid ?? 0, usage)), 100);
  let [findings, first] = [0, ""];
  for await (const line of createInterface(child.stdout)) {
    first ||= line;
    if (line.startsWith('{"storage"')) findings += 1;
  }
  if (child.exitCode === null) await once(child, "exit");
  clearInterval(timer);
  if (child.exitCode !== (findings === 0 ? 0 : 1)) throw new Error(`reconcile ended with ${child.exitCode}.`);
  const objects = Number(/"objects":(\d+)/.exec(first)?.[1]);
  return { objects, seconds: (performance.now() - started) / 1000, findings, ...usage };
}

/** Reads proc(5). Returns `before` if the process has just ended. */
function processUsageOf(pid: number, before: { peak: number; cpu: number }): { peak: number; cpu: number } {
  try {
    const peak = Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]) * 1024;
    const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]?.split(" ") ?? [];
    return peak > 0 ? { peak, cpu: (Number(fields[11]) + Number(fields[12])) / 100 } : before;
  } catch {
    return before;
  }
}

async function measureOnS3(
  server: string,
  dataDir: string,
): Promise<{ listing: number; reconciled: RunResult } | null> {
  const store = await openTestStore();
  if ("skipped" in store) return null;
  const buckets = await createTestBuckets(store, { prefix: "dossier-bench" });
  try {
    const url = await createDatabase(server, "s3");
    await fillDatabase(url, S3_OBJECTS);
    const storage = createStorages(s3SettingsFor(store, buckets), systemClock).private;
    const bytes = Buffer.from("x");
    for (let number = 1; number <= S3_OBJECTS; number += 16) {
      const some = Array.from({ length: Math.min(16, S3_OBJECTS - number + 1) }, (_, index) =>
        objectNameOf(number + index),
      );
      await Promise.all(
        some.map((each) =>
          storage.put(`files/${each}/original`, bytes, { type: "application/pdf", size: 1 }),
        ),
      );
    }
    const listing = await measureSeconds(() => listAll(storage));
    const reconciled = await runReconcile({
      DATA_DIR: dataDir,
      DATABASE_URL: url,
      AUTH_SECRET: SECRET,
      ...s3Environment({ ...store, ...buckets }),
    });
    return { listing, reconciled };
  } finally {
    await buckets.remove();
  }
}

import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { existsSync, linkSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import pg from "pg";
import { systemClock } from "../../lib/clock";
import { createStorages } from "../../lib/storage/factory";
import type { Storage } from "../../lib/storage/storage";
import { createTestBuckets } from "../../lib/storage/testing/buckets";
import { s3Environment } from "../../lib/storage/testing/s3-environment";
import { settingsOf } from "../../lib/storage/testing/s3-subject";
import { testStore } from "../../lib/storage/testing/test-store";
import type { BenchResult } from "../bench";
import { startPostgres } from "../postgres/server";
import { migrate } from "../prisma/migrate";

export const name = "reconcile";

const MANY = 1_000_000;
const ON_S3 = 5_000;
const MEMORY = "/dev/shm";
/** Of one file; ext4 allows 65,000. */
const NAMES = 60_000;
const MIB = 1024 ** 2;
const SECRET = "a secret of the benchmark that is long enough";

/**
 * The command as an operator runs it, at a million files of one object each: where database and storage agree, and where not a single object is
 * known. The floor is what reading both sides alone takes, in the same run. Then the command against Ceph, with fewer.
 */
export async function run(): Promise<BenchResult> {
  const dataDir = mkdtempSync(join(tmpdir(), "dossier-bench-"));
  // A million folders in memory, where there is such a place: on a disk this would measure how far its heads go.
  const files = mkdtempSync(join(existsSync(MEMORY) ? MEMORY : tmpdir(), "dossier-bench-"));
  const postgres = await startPostgres({ dataDir });
  try {
    const [full, empty] = [await database(postgres.url, "full"), await database(postgres.url, "empty")];
    await fillDatabase(full, MANY);
    console.log(`${MANY} rows are laid`);
    fillFolder(join(files, "storage/private"), MANY);
    console.log(`${MANY} files are laid`);
    const local = { DATA_DIR: files, STORAGE: "local", AUTH_SECRET: SECRET };
    const listing = await seconds(() => listAll(localStorage(files)));
    const keyset = await seconds(() => readAll(full));
    const agreeing = await reconcile({ ...local, DATABASE_URL: full });
    console.log("where all is in order", agreeing);
    const strange = await reconcile({ ...local, DATABASE_URL: empty });
    console.log("where nothing is known", strange);
    rmSync(join(files, "storage"), { recursive: true });
    const s3 = await onS3(postgres.url, dataDir);
    const row = (what: string, { objects, took, peak, cpu, findings }: Ran) => ({
      what,
      objects,
      seconds: Number(took.toFixed(1)),
      "CPU s": Number(cpu.toFixed(1)),
      "peak MiB": Math.round(peak / MIB),
      findings,
    });
    const floor = (what: string, took: number) => ({ what, objects: MANY, seconds: Number(took.toFixed(1)) });
    return {
      name,
      rows: [
        floor("bare listing, local", listing),
        floor("bare keyset query", keyset),
        row("reconcile, local, all in order", agreeing),
        row("reconcile, local, nothing known", strange),
        ...(s3 ? [floor("bare listing, S3", s3.listing), row("reconcile, S3, all in order", s3.ran)] : []),
      ].map((each) => ({ "CPU s": "", "peak MiB": "", findings: "", ...each })),
      goals: [
        memory("at 1,000,000 objects and rows", agreeing),
        memory("with 1,000,000 findings", strange),
        {
          what: "false findings",
          goal: "0",
          measured: String(agreeing.findings),
          met: agreeing.findings === 0,
        },
        {
          what: "findings where nothing is known",
          goal: String(MANY),
          measured: String(strange.findings),
          met: strange.findings === MANY,
        },
      ],
    };
  } finally {
    await postgres.stop();
    for (const folder of [dataDir, files]) rmSync(folder, { recursive: true, force: true });
  }
}

function memory(what: string, { peak }: Ran): BenchResult["goals"][number] {
  const measured = `${Math.round(peak / MIB)} MiB`;
  return {
    what: `peak memory of the process ${what}`,
    goal: "under 200 MiB",
    measured,
    met: peak < 200 * MIB,
  };
}

/** Names as they are in a store: in no order, of 32 digits. The database makes the same ones. */
function nameOf(number: number): string {
  return createHash("md5").update(`file ${number}`).digest("hex");
}

async function database(server: string, name: string): Promise<string> {
  const url = new URL(server);
  url.pathname = `/${name}`;
  await query(server, `CREATE DATABASE "${name}"`);
  await migrate(url.href);
  return url.href;
}

async function fillDatabase(url: string, count: number): Promise<void> {
  const owner = "00000000-0000-7000-8000-000000000000";
  await query(
    url,
    `INSERT INTO "User" (id, name, email, handle, "updatedAt") VALUES ('${owner}', 'Somebody', 'somebody@example.org', 'somebody', now())`,
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

/** All of one byte, the same under many names, which costs a name each and no file. */
function fillFolder(folder: string, count: number): void {
  let one = "";
  for (let number = 0; number < count; number += 1) {
    const own = join(folder, "files", nameOf(number + 1));
    mkdirSync(own, { recursive: number === 0 });
    const file = join(own, "original");
    if (number % NAMES === 0) {
      writeFileSync(file, "x");
      one = file;
    } else linkSync(one, file);
  }
}

async function seconds(work: () => Promise<void>): Promise<number> {
  const started = performance.now();
  await work();
  return (performance.now() - started) / 1000;
}

function localStorage(dataDir: string): Storage {
  const folder = join(dataDir, "storage");
  const settings = { driver: "local", folder, baseUrl: "http://localhost:3000", secret: SECRET } as const;
  return createStorages(settings, systemClock).private;
}

async function listAll(storage: Storage): Promise<void> {
  let size = 0;
  for await (const each of storage.list("")) size += each.size;
  if (size === 0) throw new Error("There is nothing to list.");
}

async function readAll(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const page = `SELECT prefix, size FROM "File" WHERE prefix > $1 ORDER BY prefix LIMIT 1000`;
  for (let after: string | undefined = ""; after !== undefined; )
    after = (await client.query<{ prefix: string }>(page, [after])).rows.at(-1)?.prefix;
  await client.end();
}

type Ran = { objects: number; took: number; cpu: number; peak: number; findings: number };

/** `npm run storage -- reconcile --json`, without npm. Its peak is what the kernel says, CPU that of all its threads. */
async function reconcile(settings: Record<string, string>): Promise<Ran> {
  const started = performance.now();
  const child = spawn(process.execPath, ["--import", "tsx", "scripts/storage.ts", "reconcile", "--json"], {
    env: { ...process.env, ...settings },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const watched = { peak: 0, cpu: 0 };
  const watch = setInterval(() => Object.assign(watched, usageOf(child.pid ?? 0, watched)), 100);
  let [findings, first] = [0, ""];
  for await (const line of createInterface(child.stdout)) {
    first ||= line;
    if (line.startsWith('{"storage"')) findings += 1;
  }
  if (child.exitCode === null) await once(child, "exit");
  clearInterval(watch);
  if (child.exitCode !== (findings === 0 ? 0 : 1)) throw new Error(`reconcile ended with ${child.exitCode}.`);
  const objects = Number(/"objects":(\d+)/.exec(first)?.[1]);
  return { objects, took: (performance.now() - started) / 1000, findings, ...watched };
}

/** From proc(5); what was known before where the process has just ended. */
function usageOf(pid: number, before: { peak: number; cpu: number }): { peak: number; cpu: number } {
  try {
    const peak = Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]) * 1024;
    const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]?.split(" ") ?? [];
    return peak > 0 ? { peak, cpu: (Number(fields[11]) + Number(fields[12])) / 100 } : before;
  } catch {
    return before;
  }
}

async function onS3(server: string, dataDir: string): Promise<{ listing: number; ran: Ran } | null> {
  const store = await testStore();
  if ("skipped" in store) return null;
  const buckets = await createTestBuckets(store, { prefix: "dossier-bench" });
  try {
    const url = await database(server, "s3");
    await fillDatabase(url, ON_S3);
    const storage = createStorages(settingsOf(store, buckets), systemClock).private;
    const bytes = Buffer.from("x");
    for (let number = 1; number <= ON_S3; number += 16) {
      const some = Array.from({ length: Math.min(16, ON_S3 - number + 1) }, (_, index) =>
        nameOf(number + index),
      );
      await Promise.all(
        some.map((each) =>
          storage.put(`files/${each}/original`, bytes, { type: "application/pdf", size: 1 }),
        ),
      );
    }
    const listing = await seconds(() => listAll(storage));
    const ran = await reconcile({
      DATA_DIR: dataDir,
      DATABASE_URL: url,
      AUTH_SECRET: SECRET,
      ...s3Environment({ ...store, ...buckets }),
    });
    return { listing, ran };
  } finally {
    await buckets.remove();
  }
}

import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { publishTrailHeads } from "../lib/audit/publish-heads";
import { appendToTrail, type TrailEntry } from "../lib/audit/trail";
import { trailKeyFromEnv } from "../lib/audit/trail-key";
import { systemClock } from "../lib/clock";
import { mapConcurrently } from "../lib/concurrency";
import { createDb } from "../lib/db/client";
import { newId } from "../lib/id";
import { createStorages } from "../lib/storage/factory";
import { startPostgres } from "../server/postgres/server";
import { applyMigrations } from "../server/prisma/apply-migrations";
import type { BenchResult } from "./runner/result";

export const name = "trail";

const SMALL = 100_000;
const LARGE = 1_000_000;
const PER_TRANSACTION = 1000;
/** A tenth of the entries is in chains of this length. The other chains have one entry. */
const LONG_CHAIN = PER_TRANSACTION / 10;
const SECRET = "a secret of this benchmark, long enough";
const MEBIBYTE = 1024 * 1024;

/**
 * Measures `npm run trail -- verify` with 100,000 and with a million entries, whose heads are
 * published in local storage.
 */
export async function run(): Promise<BenchResult> {
  const dataDir = mkdtempSync(join(tmpdir(), "dossier-bench-"));
  const postgres = await startPostgres({ dataDir });
  try {
    await applyMigrations(postgres.url);
    const runs = [];
    for (const entries of [SMALL, LARGE]) {
      await fillTrail(postgres.url, dataDir, entries);
      runs.push(await measureVerify({ DATA_DIR: dataDir, DATABASE_URL: postgres.url, AUTH_SECRET: SECRET }));
    }
    const [small, large] = runs;
    if (!small || !large) throw new Error("A measurement is missing.");
    return { name, rows: runs.map(formatRow), goals: goalsFor(small, large) };
  } finally {
    await postgres.leave();
    rmSync(dataDir, { recursive: true, force: true });
  }
}

type Measured = { entries: number; chains: number; objects: number; seconds: number } & Usage;

function formatRow({ entries, chains, objects, seconds, cpu, peak }: Measured) {
  return {
    entries,
    chains,
    "objects of heads": objects,
    seconds: Number(seconds.toFixed(1)),
    "CPU seconds": Number(cpu.toFixed(1)),
    "peak RSS, MiB": Math.round(peak / MEBIBYTE),
  };
}

function goalsFor(small: Measured, large: Measured): BenchResult["goals"] {
  const growth = (large.peak - small.peak) / MEBIBYTE;
  return [
    {
      what: "verifying a million entries",
      goal: "under 60 s",
      measured: `${large.seconds.toFixed(1)} s`,
      met: large.entries === LARGE && large.seconds < 60,
    },
    {
      what: "its peak memory",
      goal: "under 150 MiB",
      measured: `${(large.peak / MEBIBYTE).toFixed(0)} MiB`,
      met: large.peak < 150 * MEBIBYTE,
    },
    {
      what: "its memory compared with a tenth of the entries",
      goal: "at most 32 MiB more",
      measured: `${growth.toFixed(0)} MiB`,
      met: growth <= 32,
    },
  ];
}

/** Appends entries until the trail has `total`, and publishes their heads. */
async function fillTrail(url: string, dataDir: string, total: number): Promise<void> {
  const db = createDb(url, { connections: 4 });
  const folder = join(dataDir, "storage");
  const settings = { driver: "local", folder, baseUrl: "http://localhost:3000", secret: SECRET } as const;
  const storages = createStorages(settings, systemClock);
  const trailKey = trailKeyFromEnv({ TRAIL_SECRET: undefined, AUTH_SECRET: SECRET });
  const count = total - (await db.trail.count());
  const turns = Array.from({ length: count / PER_TRANSACTION }, (_, turn) => turn);
  await mapConcurrently(turns, 4, () =>
    db.$transaction((tx) => appendToTrail(tx, { clock: systemClock, trailKey }, createEntries()), {
      timeout: 60_000,
      maxWait: 60_000,
    }),
  );
  // The next fill is on the same day, so its clock is a day later.
  const clock = { now: () => new Date(Date.now() + total * 1000) };
  await publishTrailHeads({ db, storages, clock, trailKey });
  await db.$executeRaw`ANALYZE`;
  await db.$disconnect();
}

function createEntries(): TrailEntry[] {
  const long = newId();
  return Array.from({ length: PER_TRANSACTION }, (_, index) => ({
    event: "bytes.destroyed",
    subjectId: index < LONG_CHAIN ? long : newId(),
    detail: { storage: "private", reason: "retention", objects: 3 },
  }));
}

/** Runs `npm run trail -- verify --json` without npm. Reads memory and CPU from /proc. */
async function measureVerify(settings: Record<string, string>): Promise<Measured> {
  const started = performance.now();
  const child = spawn(process.execPath, ["--import", "tsx", "scripts/trail.ts", "verify", "--json"], {
    env: { ...process.env, ...settings },
    stdio: ["ignore", "pipe", "inherit"],
  });
  let usage: Usage = { peak: 0, cpu: 0 };
  const timer = setInterval(() => {
    usage = usageOf(child.pid ?? 0) ?? usage;
  }, 100);
  const [out] = await Promise.all([text(child.stdout), once(child, "exit")]);
  clearInterval(timer);
  if (child.exitCode !== 0) throw new Error(`verify ended with ${child.exitCode}: ${out}`);
  const { entries, chains, objects } = JSON.parse(out);
  return { entries, chains, objects, ...usage, seconds: (performance.now() - started) / 1000 };
}

/** The peak memory in bytes, and the seconds of the CPU. */
type Usage = { peak: number; cpu: number };

/** Reads proc(5). Returns null if the process has just ended. */
function usageOf(pid: number): Usage | null {
  try {
    const peak =
      Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? 0) * 1024;
    const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]?.split(" ") ?? [];
    return peak > 0 ? { peak, cpu: (Number(fields[11]) + Number(fields[12])) / 100 } : null;
  } catch {
    return null;
  }
}

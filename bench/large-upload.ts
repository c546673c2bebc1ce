import { createHash, randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { GiB, MiB } from "../lib/fields/field";
import { startPostgres } from "../server/postgres/server";
import { applyMigrations } from "../server/prisma/apply-migrations";
import { createTestBuckets } from "../tests/stores/buckets";
import { s3Environment } from "../tests/stores/s3-environment";
import { openTestStore } from "../tests/stores/test-store";
import { type MeasuredServer, moveOffFirstCore, startMeasuredServer } from "./peers/measured-server";
import { createMembers } from "./peers/members";
import { uploadLarge } from "./peers/upload-large";
import type { BenchResult } from "./runner/result";

export const name = "large-upload";

const SERVER_URL = "http://localhost:3293";
const SECRET = randomBytes(32).toString("hex");
const FILE_SIZE = 2 * GiB;

type UploadCost = { sendSeconds: number; completeSeconds: number; cpuPerGiB: number; memory: number };

/**
 * Measures a multipart upload of 2 GiB through the handlers without Next, on local storage and on
 * S3: seconds, CPU and memory of the process. A part has 32 MiB.
 */
export async function run(): Promise<BenchResult> {
  moveOffFirstCore();
  const store = await openTestStore();
  const local = await measureUpload({ STORAGE: "local" });
  const rows = [formatRow("local storage", local)];
  let peak = local.memory;
  if (!("skipped" in store)) {
    const buckets = await createTestBuckets(store);
    try {
      const s3 = await measureUpload(s3Environment({ ...store, ...buckets }));
      rows.push(formatRow("S3", s3));
      peak = Math.max(peak, s3.memory);
    } finally {
      await buckets.remove();
    }
  }
  return {
    name,
    rows,
    goals: [
      {
        what: "memory of the server above idle",
        goal: "under 50 MiB",
        measured: `${(peak / MiB).toFixed(0)} MiB`,
        met: peak < 50 * MiB,
      },
    ],
  };
}

function formatRow(what: string, { sendSeconds, completeSeconds, cpuPerGiB, memory }: UploadCost) {
  return {
    what,
    "upload s": sendSeconds.toFixed(1),
    "completion s": completeSeconds.toFixed(1),
    "CPU of the completion, s/GiB": cpuPerGiB.toFixed(2),
    "memory above idle, MiB": (memory / MiB).toFixed(0),
  };
}

async function measureUpload(storage: Record<string, string>): Promise<UploadCost> {
  const dataDir = mkdtempSync(join(tmpdir(), "dossier-bench-"));
  const postgres = await startPostgres({ dataDir });
  try {
    await applyMigrations(postgres.url);
    const databaseUrl = postgres.url;
    const [cookie = ""] = await createMembers(1, { databaseUrl, appUrl: SERVER_URL, secret: SECRET });
    const hook = ["--import", "tsx", "--import", "./lib/fields/testing/preload.mjs"];
    const server = await startMeasuredServer(
      [process.execPath, ...hook, "bench/peers/upload-handlers.ts"],
      `${SERVER_URL}/`,
      {
        PORT: "3293",
        APP_URL: SERVER_URL,
        AUTH_SECRET: SECRET,
        DATA_DIR: dataDir,
        DATABASE_URL: databaseUrl,
        ...storage,
      },
    );
    try {
      return await uploadAndMeasure(server, cookie);
    } finally {
      await server.stop();
    }
  } finally {
    await postgres.leave();
    rmSync(dataDir, { recursive: true, force: true });
  }
}

async function uploadAndMeasure(server: MeasuredServer, cookie: string): Promise<UploadCost> {
  const client = { url: SERVER_URL, cookie };
  // The first upload loads code, so this is not measured.
  await (await uploadLarge(client, { field: "archive", size: 65 * MiB })).complete();
  const idle = server.resetMemory();
  const started = performance.now();
  const sent = await uploadLarge(client, { field: "archive", size: FILE_SIZE });
  const sendSeconds = (performance.now() - started) / 1000;
  const [cpuBefore, completionStarted] = [server.cpuMs(), performance.now()];
  const response = await sent.complete();
  const { file } = await response.json();
  if (file?.sha256 !== expectedSha256()) throw new Error(`The completion responded ${response.status}.`);
  return {
    sendSeconds,
    completeSeconds: (performance.now() - completionStarted) / 1000,
    cpuPerGiB: (server.cpuMs() - cpuBefore) / 1000 / (FILE_SIZE / GiB),
    memory: server.peakMemory() - idle,
  };
}

function expectedSha256(): string {
  const part = Buffer.alloc(32 * MiB);
  const hash = createHash("sha256");
  for (let number = 1; number <= FILE_SIZE / part.length; number += 1) {
    part.write(`%PDF-1.7 part ${number}`);
    hash.update(part);
  }
  return hash.digest("base64");
}

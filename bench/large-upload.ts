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

/** One file of 2 GiB in parts of 32 MiB through the handlers, without Next: what the process needs for it, on local storage and on S3. */
export async function run(): Promise<BenchResult> {
  moveOffFirstCore();
  const store = await openTestStore();
  const local = await measureUpload({ STORAGE: "local" });
  const rows = [formatRow("local storage", local)];
  let most = local.memory;
  if (!("skipped" in store)) {
    const buckets = await createTestBuckets(store);
    try {
      const s3 = await measureUpload(s3Environment({ ...store, ...buckets }));
      rows.push(formatRow("S3", s3));
      most = Math.max(most, s3.memory);
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
        measured: `${(most / MiB).toFixed(0)} MiB`,
        met: most < 50 * MiB,
      },
    ],
  };
}

function formatRow(what: string, { sendSeconds, completeSeconds, cpuPerGiB, memory }: UploadCost) {
  return {
    what,
    "sending s": sendSeconds.toFixed(1),
    "completing s": completeSeconds.toFixed(1),
    "CPU of completing, s a GiB": cpuPerGiB.toFixed(2),
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
    const peer = await startMeasuredServer(
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
      return await uploadAndMeasure(peer, cookie);
    } finally {
      await peer.stop();
    }
  } finally {
    await postgres.leave();
    rmSync(dataDir, { recursive: true, force: true });
  }
}

async function uploadAndMeasure(peer: MeasuredServer, cookie: string): Promise<UploadCost> {
  const caller = { url: SERVER_URL, cookie };
  // What a process loads for its first upload it would have loaded for any.
  await (await uploadLarge(caller, { field: "archive", size: 65 * MiB })).complete();
  const idle = peer.resetMemory();
  const begun = performance.now();
  const sent = await uploadLarge(caller, { field: "archive", size: FILE_SIZE });
  const sendSeconds = (performance.now() - begun) / 1000;
  const [cpuBefore, completing] = [peer.cpuMs(), performance.now()];
  const response = await sent.complete();
  const { file } = await response.json();
  if (file?.sha256 !== expectedSha256()) throw new Error(`The completion answers ${response.status}.`);
  return {
    sendSeconds,
    completeSeconds: (performance.now() - completing) / 1000,
    cpuPerGiB: (peer.cpuMs() - cpuBefore) / 1000 / (FILE_SIZE / GiB),
    memory: peer.peakMemory() - idle,
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

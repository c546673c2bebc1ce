import { createHash, randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { GiB, MiB } from "../../lib/fields/field";
import { createTestBuckets } from "../../lib/storage/testing/buckets";
import { s3Environment } from "../../lib/storage/testing/s3-environment";
import { testStore } from "../../lib/storage/testing/test-store";
import type { BenchResult } from "../bench";
import { members } from "../peers/members";
import { leaveFirstCore, type Peer, startPeer } from "../peers/process";
import { uploadLarge } from "../peers/upload-large";
import { startPostgres } from "../postgres/server";
import { migrate } from "../prisma/migrate";

export const name = "large-upload";

const URL_OF_PEER = "http://localhost:3293";
const SECRET = randomBytes(32).toString("hex");
const SIZE = 2 * GiB;

type Measured = { sendSeconds: number; completeSeconds: number; cpuPerGiB: number; memory: number };

/** One file of 2 GiB in parts of 32 MiB through the handlers, without Next: what the process needs for it, on local storage and on S3. */
export async function run(): Promise<BenchResult> {
  leaveFirstCore();
  const store = await testStore();
  const local = await measure({ STORAGE: "local" });
  const rows = [row("local storage", local)];
  let most = local.memory;
  if (!("skipped" in store)) {
    const buckets = await createTestBuckets(store);
    try {
      const s3 = await measure(s3Environment({ ...store, ...buckets }));
      rows.push(row("S3", s3));
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

function row(what: string, { sendSeconds, completeSeconds, cpuPerGiB, memory }: Measured) {
  return {
    what,
    "sending s": sendSeconds.toFixed(1),
    "completing s": completeSeconds.toFixed(1),
    "CPU of completing, s a GiB": cpuPerGiB.toFixed(2),
    "memory above idle, MiB": (memory / MiB).toFixed(0),
  };
}

async function measure(storage: Record<string, string>): Promise<Measured> {
  const dataDir = mkdtempSync(join(tmpdir(), "dossier-bench-"));
  const postgres = await startPostgres({ dataDir });
  try {
    await migrate(postgres.url);
    const databaseUrl = postgres.url;
    const [cookie = ""] = await members(1, { databaseUrl, appUrl: URL_OF_PEER, secret: SECRET });
    const hook = ["--import", "tsx", "--import", "./lib/fields/testing/preload.mjs"];
    const peer = await startPeer([process.execPath, ...hook, "scripts/peers/uploads.ts"], `${URL_OF_PEER}/`, {
      PORT: "3293",
      APP_URL: URL_OF_PEER,
      AUTH_SECRET: SECRET,
      DATA_DIR: dataDir,
      DATABASE_URL: databaseUrl,
      ...storage,
    });
    try {
      return await upload(peer, cookie);
    } finally {
      await peer.stop();
    }
  } finally {
    await postgres.stop();
    rmSync(dataDir, { recursive: true, force: true });
  }
}

async function upload(peer: Peer, cookie: string): Promise<Measured> {
  const caller = { url: URL_OF_PEER, cookie };
  // What a process loads for its first upload it would have loaded for any.
  await (await uploadLarge(caller, { field: "archive", size: 65 * MiB })).complete();
  const idle = peer.memory();
  const begun = performance.now();
  const sent = await uploadLarge(caller, { field: "archive", size: SIZE });
  const sendSeconds = (performance.now() - begun) / 1000;
  const [cpuBefore, completing] = [peer.cpuMs(), performance.now()];
  const response = await sent.complete();
  const { file } = await response.json();
  if (file?.sha256 !== expected()) throw new Error(`The completion answers ${response.status}.`);
  return {
    sendSeconds,
    completeSeconds: (performance.now() - completing) / 1000,
    cpuPerGiB: (peer.cpuMs() - cpuBefore) / 1000 / (SIZE / GiB),
    memory: peer.peakMemory() - idle,
  };
}

function expected(): string {
  const part = Buffer.alloc(32 * MiB);
  const hash = createHash("sha256");
  for (let number = 1; number <= SIZE / part.length; number += 1) {
    part.write(`%PDF-1.7 part ${number}`);
    hash.update(part);
  }
  return hash.digest("base64");
}

import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Request } from "autocannon";
import { buildAndPublish } from "../server/build";
import { startPostgres } from "../server/postgres/server";
import { applyMigrations } from "../server/prisma/apply-migrations";
import { buildBaselineApp, NEXT_CLI } from "./peers/baseline-app";
import { type LoadResult, runLoad } from "./peers/load";
import { moveOffFirstCore, startMeasuredServer } from "./peers/measured-server";
import { createMembers } from "./peers/members";
import type { BenchResult } from "./runner/result";

export const name = "ticket";

const [APP_URL, BASELINE_URL] = ["http://localhost:3291", "http://localhost:3292"];
const SECRET = randomBytes(32).toString("hex");
const MEMBERS = 64;
const SECONDS = 8;
// No server listens there, so a ticket that called the store would fail.
const CLOSED_ENDPOINT = "http://127.0.0.1:9";

/**
 * Compares tickets for S3 with better-upload and a baseline Next route in the same run. The
 * application runs on one core, load and PostgreSQL on the other.
 */
export async function run(): Promise<BenchResult> {
  moveOffFirstCore();
  await buildAndPublish();
  const { baseline, peer, busy, calm } = await measure();
  const row = (what: string, { rate, cpuMs, p50, p99, failed }: LoadResult) => ({
    what,
    "req/s": Math.round(rate),
    "app CPU ms": Number(cpuMs.toFixed(3)),
    "p50 ms": p50,
    "p99 ms": p99,
    failed,
  });
  const [ofPeer, ofBaseline] = [busy.cpuMs / peer.cpuMs, busy.cpuMs / baseline.cpuMs];
  return {
    name,
    rows: [
      row("baseline Next route", baseline),
      row("better-upload on Next and pg", peer),
      row("ticket", busy),
      row("ticket, 1 connection", calm),
    ],
    goals: [
      {
        what: "CPU of the application, ratio to better-upload on Next and pg",
        goal: "at most 1",
        measured: ofPeer.toFixed(2),
        met: ofPeer <= 1,
      },
      {
        what: "CPU of the application, ratio to the baseline route",
        goal: "at most 1.3",
        measured: ofBaseline.toFixed(2),
        met: ofBaseline <= 1.3,
      },
      { what: "failed requests", goal: "0", measured: String(busy.failed), met: busy.failed === 0 },
    ],
  };
}

type Measured = { baseline: LoadResult; peer: LoadResult; busy: LoadResult; calm: LoadResult };

/**
 * Measures all in one database. The peer does less: it checks no hash, quota or repeated request.
 */
async function measure(): Promise<Measured> {
  const dataDir = mkdtempSync(join(tmpdir(), "dossier-bench-"));
  const postgres = await startPostgres({ dataDir });
  try {
    await applyMigrations(postgres.url);
    const settings = { databaseUrl: postgres.url, appUrl: APP_URL, secret: SECRET };
    const cookies = await createMembers(MEMBERS, settings);
    const [baseline, peer] = await measureServer(
      [process.execPath, NEXT_CLI, "start", buildBaselineApp(), "-p", "3292"],
      `${BASELINE_URL}/api/hello`,
      { NODE_ENV: "production", DATABASE_URL: postgres.url },
      [
        [[{ method: "POST", path: "/api/hello" }], 32],
        [cookies.map(betterUploadRequest), 32],
      ],
    );
    const tickets = cookies.map(ticketRequest);
    const [busy, calm] = await measureServer(
      [process.execPath, "--import", "tsx", "tests/support/serve-app.ts"],
      `${APP_URL}/api/fields`,
      { ...appSettings(), DATA_DIR: dataDir, DATABASE_URL: postgres.url },
      [
        [tickets, 32],
        [tickets, 1],
      ],
    );
    if (!baseline || !peer || !busy || !calm) throw new Error("A measurement is missing.");
    return { baseline, peer, busy, calm };
  } finally {
    await postgres.leave();
    rmSync(dataDir, { recursive: true, force: true });
  }
}

/** Runs each load, with its number of connections, against one server. */
async function measureServer(
  command: string[],
  readyUrl: string,
  env: Record<string, string>,
  loads: [Request[], number][],
): Promise<LoadResult[]> {
  const server = await startMeasuredServer(command, readyUrl, env);
  const url = new URL(readyUrl).origin;
  const results: LoadResult[] = [];
  try {
    for (const [requests, connections] of loads)
      results.push(await runLoad({ ...server, url }, requests, { connections, seconds: SECONDS }));
    return results;
  } finally {
    await server.stop();
  }
}

/** Every check is on. Only the quotas are higher, which the load would reach in a second. */
function appSettings(): Record<string, string> {
  return {
    NODE_ENV: "production",
    PORT: "3291",
    APP_URL: APP_URL ?? "",
    AUTH_SECRET: SECRET,
    QUOTA_OPEN_UPLOADS: "2000000000",
    QUOTA_BYTES: "9000000000000000",
    STORAGE: "s3",
    S3_ENDPOINT: CLOSED_ENDPOINT,
    S3_FORCE_PATH_STYLE: "true",
    S3_ACCESS_KEY_ID: "benchmark",
    S3_SECRET_ACCESS_KEY: "a secret that opens nothing",
    STORAGE_PUBLIC_BUCKET: "public-media",
    STORAGE_PRIVATE_BUCKET: "private-media",
  };
}

function betterUploadRequest(cookie: string): Request {
  const files = [{ name: "certificate.pdf", type: "application/pdf", size: 123_456 }];
  return {
    method: "POST",
    path: "/api/better-upload",
    headers: { cookie, "content-type": "application/json" },
    body: JSON.stringify({ route: "documents", files }),
  };
}

function ticketRequest(cookie: string): Request {
  const body = {
    field: "dbsCertificate",
    name: "certificate.pdf",
    type: "application/pdf",
    size: 123_456,
    sha256: `${"A".repeat(43)}=`,
  };
  return {
    method: "POST",
    path: "/api/uploads",
    headers: { cookie, origin: APP_URL ?? "", "content-type": "application/json" },
    body: JSON.stringify(body),
  };
}

import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
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
 * Compares tickets for S3 with a baseline Next route in the same run. The application runs on one
 * core, load and PostgreSQL on the other.
 */
export async function run(): Promise<BenchResult> {
  moveOffFirstCore();
  await buildAndPublish();
  const baseline = await measureBaseline();
  const { busy, calm } = await measureTicket();
  const row = (what: string, { rate, cpuMs, p50, p99, failed }: LoadResult) => ({
    what,
    "req/s": Math.round(rate),
    "app CPU ms": Number(cpuMs.toFixed(3)),
    "p50 ms": p50,
    "p99 ms": p99,
    failed,
  });
  const ratio = busy.rate / baseline.rate;
  return {
    name,
    rows: [row("baseline Next route", baseline), row("ticket", busy), row("ticket, 1 connection", calm)],
    goals: [
      {
        what: "tickets per second on one core",
        goal: "at least 1250",
        measured: busy.rate.toFixed(0),
        met: busy.rate >= 1250,
      },
      {
        what: "CPU of the application per ticket",
        goal: "at most 0.80 ms",
        measured: `${busy.cpuMs.toFixed(2)} ms`,
        met: busy.cpuMs <= 0.8,
      },
      // 1250 of 2096, from the run that set the goal. A ratio is comparable on other machines.
      {
        what: "rate, ratio to the baseline route",
        goal: "at least 0.60",
        measured: ratio.toFixed(2),
        met: ratio >= 0.6,
      },
      { what: "failed requests", goal: "0", measured: String(busy.failed), met: busy.failed === 0 },
    ],
  };
}

async function measureBaseline(): Promise<LoadResult> {
  const server = await startMeasuredServer(
    [process.execPath, NEXT_CLI, "start", buildBaselineApp(), "-p", "3292"],
    `${BASELINE_URL}/api/hello`,
    {
      NODE_ENV: "production",
    },
  );
  try {
    return await runLoad({ ...server, url: BASELINE_URL }, [{ method: "POST", path: "/api/hello" }], {
      connections: 32,
      seconds: SECONDS,
    });
  } finally {
    await server.stop();
  }
}

async function measureTicket(): Promise<{ busy: LoadResult; calm: LoadResult }> {
  const dataDir = mkdtempSync(join(tmpdir(), "dossier-bench-"));
  const postgres = await startPostgres({ dataDir });
  try {
    await applyMigrations(postgres.url);
    const requests = (
      await createMembers(MEMBERS, { databaseUrl: postgres.url, appUrl: APP_URL, secret: SECRET })
    ).map(ticketRequest);
    const server = await startMeasuredServer(
      [process.execPath, "--import", "tsx", "tests/support/serve-app.ts"],
      `${APP_URL}/api/fields`,
      {
        ...appSettings(),
        DATA_DIR: dataDir,
        DATABASE_URL: postgres.url,
      },
    );
    try {
      const busy = await runLoad({ ...server, url: APP_URL }, requests, {
        connections: 32,
        seconds: SECONDS,
      });
      return {
        busy,
        calm: await runLoad({ ...server, url: APP_URL }, requests, { connections: 1, seconds: 3 }),
      };
    } finally {
      await server.stop();
    }
  } finally {
    await postgres.leave();
    rmSync(dataDir, { recursive: true, force: true });
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

function ticketRequest(cookie: string) {
  const body = {
    field: "dbsCertificate",
    name: "certificate.pdf",
    type: "application/pdf",
    size: 123_456,
    sha256: `${"A".repeat(43)}=`,
  };
  return {
    method: "POST" as const,
    path: "/api/uploads",
    headers: { cookie, origin: APP_URL ?? "", "content-type": "application/json" },
    body: JSON.stringify(body),
  };
}

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

const [OURS, FLOOR] = ["http://localhost:3291", "http://localhost:3292"];
const SECRET = randomBytes(32).toString("hex");
const MEMBERS = 64;
const SECONDS = 8;
// Nobody listens there: a ticket that called the store would fail.
const CLOSED_ENDPOINT = "http://127.0.0.1:9";

/** Tickets of S3 mode beside a bare Next route in the same run: the app on one core, load and PostgreSQL on the other. */
export async function run(): Promise<BenchResult> {
  moveOffFirstCore();
  await buildAndPublish();
  const floor = await measureBaseline();
  const { busy: ticket, calm } = await measureTicket();
  const row = (what: string, { rate, cpuMs, p50, p99, failed }: LoadResult) => ({
    what,
    "req/s": Math.round(rate),
    "app CPU ms": Number(cpuMs.toFixed(3)),
    "p50 ms": p50,
    "p99 ms": p99,
    failed,
  });
  const share = ticket.rate / floor.rate;
  return {
    name,
    rows: [row("bare Next route", floor), row("our ticket", ticket), row("our ticket, 1 connection", calm)],
    goals: [
      {
        what: "tickets a second on one core",
        goal: "at least 1250",
        measured: ticket.rate.toFixed(0),
        met: ticket.rate >= 1250,
      },
      {
        what: "CPU of the app for a ticket",
        goal: "at most 0.80 ms",
        measured: `${ticket.cpuMs.toFixed(2)} ms`,
        met: ticket.cpuMs <= 0.8,
      },
      // 1250 against the 2096 of the run that the goal comes from: what stays comparable on another machine.
      {
        what: "rate beside the bare route",
        goal: "at least 0.60",
        measured: share.toFixed(2),
        met: share >= 0.6,
      },
      { what: "failed requests", goal: "0", measured: String(ticket.failed), met: ticket.failed === 0 },
    ],
  };
}

async function measureBaseline(): Promise<LoadResult> {
  const peer = await startMeasuredServer(
    [process.execPath, NEXT_CLI, "start", buildBaselineApp(), "-p", "3292"],
    `${FLOOR}/api/hello`,
    {
      NODE_ENV: "production",
    },
  );
  try {
    return await runLoad({ ...peer, url: FLOOR }, [{ method: "POST", path: "/api/hello" }], {
      connections: 32,
      seconds: SECONDS,
    });
  } finally {
    await peer.stop();
  }
}

async function measureTicket(): Promise<{ busy: LoadResult; calm: LoadResult }> {
  const dataDir = mkdtempSync(join(tmpdir(), "dossier-bench-"));
  const postgres = await startPostgres({ dataDir });
  try {
    await applyMigrations(postgres.url);
    const requests = (
      await createMembers(MEMBERS, { databaseUrl: postgres.url, appUrl: OURS, secret: SECRET })
    ).map(ticketRequest);
    const peer = await startMeasuredServer(
      [process.execPath, "--import", "tsx", "tests/support/serve-app.ts"],
      `${OURS}/api/fields`,
      {
        ...appSettings(),
        DATA_DIR: dataDir,
        DATABASE_URL: postgres.url,
      },
    );
    try {
      const busy = await runLoad({ ...peer, url: OURS }, requests, { connections: 32, seconds: SECONDS });
      return { busy, calm: await runLoad({ ...peer, url: OURS }, requests, { connections: 1, seconds: 3 }) };
    } finally {
      await peer.stop();
    }
  } finally {
    await postgres.leave();
    rmSync(dataDir, { recursive: true, force: true });
  }
}

/** Every check is on; only the number of open tickets is raised, which the load would reach in a second. */
function appSettings(): Record<string, string> {
  return {
    NODE_ENV: "production",
    PORT: "3291",
    APP_URL: OURS ?? "",
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
    headers: { cookie, origin: OURS ?? "", "content-type": "application/json" },
    body: JSON.stringify(body),
  };
}

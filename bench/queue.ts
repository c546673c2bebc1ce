import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildAndPublish } from "../server/build";
import { startPostgres } from "../server/postgres/server";
import { applyMigrations } from "../server/prisma/apply-migrations";
import { seedQueue } from "../tests/support/seed-queue";
import { buildBaselineApp, NEXT_CLI } from "./peers/baseline-app";
import { type MeasuredServer, moveOffFirstCore, startMeasuredServer } from "./peers/measured-server";
import { createSession } from "./peers/members";
import { measureInTurns, type Sample, toRows } from "./runner/measure-in-turns";
import { median } from "./runner/median";
import type { BenchResult } from "./runner/result";

export const name = "queue";

const [APP_URL, PEER_URL] = ["http://localhost:3293", "http://localhost:3294"];
const SECRET = randomBytes(32).toString("hex");
const DOCUMENTS = 1_000_000;
const MAX_HTML_KB = 40;

/**
 * Reads the review queue of a million documents at one connection, beside a Next route with one
 * Prisma query in the same run. The requests alternate, so both see the same machine.
 */
export async function run(): Promise<BenchResult> {
  moveOffFirstCore();
  await buildAndPublish();
  const peer = buildBaselineApp();
  const dataDir = mkdtempSync(join(tmpdir(), "dossier-bench-"));
  const postgres = await startPostgres({ dataDir });
  const servers: MeasuredServer[] = [];
  try {
    await applyMigrations(postgres.url);
    const { reviewerId, middle } = await seedQueue(postgres.url, DOCUMENTS);
    const site = { databaseUrl: postgres.url, appUrl: APP_URL, secret: SECRET };
    const headers = { cookie: await createSession(reviewerId, site) };
    servers.push(
      await startMeasuredServer(
        [process.execPath, NEXT_CLI, "start", peer, "-p", "3294"],
        `${PEER_URL}/api/hello`,
        { NODE_ENV: "production", DATABASE_URL: postgres.url },
      ),
      await startMeasuredServer(
        [process.execPath, "--import", "tsx", "tests/support/serve-app.ts"],
        `${APP_URL}/api/fields`,
        {
          NODE_ENV: "production",
          PORT: "3293",
          APP_URL,
          AUTH_SECRET: SECRET,
          DATA_DIR: dataDir,
          DATABASE_URL: postgres.url,
        },
      ),
    );
    const cursor = Buffer.from(JSON.stringify(middle)).toString("base64url");
    const urls = {
      "Next route with one Prisma query": `${PEER_URL}/api/keyset`,
      "the same, row 300,000": `${PEER_URL}/api/keyset?cursor=${cursor}`,
      "queue, JSON": `${APP_URL}/api/reviews`,
      "queue, JSON, row 300,000": `${APP_URL}/api/reviews?cursor=${cursor}`,
      "queue, JSON, expired": `${APP_URL}/api/reviews?status=expired`,
      "queue, JSON, unclaimed": `${APP_URL}/api/reviews?claimed=none`,
      "queue, JSON, mine": `${APP_URL}/api/reviews?claimed=me`,
      "queue, HTML": `${APP_URL}/review`,
    };
    return report(await measureInTurns(urls, headers));
  } finally {
    for (const server of servers) await server.stop();
    await postgres.leave();
    rmSync(dataDir, { recursive: true, force: true });
  }
}

function report(samples: Map<string, Sample>): BenchResult {
  const p50 = (what: string) => median(samples.get(what)?.times ?? []);
  const [peer, first] = [p50("Next route with one Prisma query"), p50("queue, JSON")];
  const filtered = [...samples.keys()].filter((what) => what.startsWith("queue, JSON"));
  const slowest = Math.max(...filtered.map(p50)) / peer;
  const deep = p50("queue, JSON, row 300,000") / first;
  const html = samples.get("queue, HTML")?.kilobytes ?? Number.NaN;
  return {
    name,
    rows: toRows(samples),
    goals: [
      {
        what: "p50 of any filter, ratio to the Next route",
        goal: "at most 1.5",
        measured: slowest.toFixed(2),
        met: slowest <= 1.5,
      },
      {
        what: "p50 deep in the queue, ratio to the first page",
        goal: "at most 1.1",
        measured: deep.toFixed(2),
        met: deep <= 1.1,
      },
      {
        what: "HTML of a page",
        goal: `at most ${MAX_HTML_KB} KB`,
        measured: `${html.toFixed(1)} KB`,
        met: html <= MAX_HTML_KB,
      },
    ],
  };
}

import { chmodSync, mkdtempSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import type { TestProject } from "vitest/node";
import { compileDecoder } from "../../server/compile-decoder.mjs";
import { deleteDataDirAndCluster } from "../../server/postgres/cluster";
import { startPostgres } from "../../server/postgres/server";
import { applyMigrations } from "../../server/prisma/apply-migrations";
import { startR2 } from "../stores/r2";

/** The tests' server loses its data with the run, so it never waits for the disk. */
const SETTINGS = { fsync: "off", synchronous_commit: "off", full_page_writes: "off", max_connections: "400" };

/**
 * Provides what the test files of a run share: one PostgreSQL for every project, and R2 for the
 * project on R2. The server is the embedded one, or that of TEST_DATABASE_URL, whose account may
 * create databases. It starts when the first test file requests it. It has one migrated database,
 * which `createTestDatabase` copies for each file.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  compileDecoder();
  const stops: (() => Promise<void>)[] = [];
  // The projects run this one after the other, in one process. Workers inherit the variables.
  if (!process.env.TEST_POSTGRES) stops.push(await provideDatabase());
  if (project.name === "r2") {
    const r2 = await startR2(64);
    process.env.TEST_R2 = JSON.stringify(r2);
    stops.push(() => r2.stop());
  }
  return async () => {
    for (const stop of stops) await stop();
  };
}

type Database = { server: string; template: string; stop(): Promise<void> };

/** Responds at TEST_POSTGRES with the server and its template. Starts both at the first request. */
async function provideDatabase(): Promise<() => Promise<void>> {
  let started: Promise<Database> | undefined;
  const endpoint = createServer(async (_, response) => {
    started ??= startDatabase();
    const result = await started.then(
      ({ server, template }) => ({ server, template }),
      (error: unknown) => ({ error: String(error) }),
    );
    response.end(JSON.stringify(result));
  });
  await new Promise<void>((resolve) => endpoint.listen(0, "127.0.0.1", resolve));
  process.env.TEST_POSTGRES = `http://127.0.0.1:${(endpoint.address() as AddressInfo).port}`;
  return async () => {
    delete process.env.TEST_POSTGRES;
    endpoint.close();
    endpoint.closeAllConnections();
    await started?.then((database) => database.stop());
  };
}

async function startDatabase(): Promise<Database> {
  const folder = mkdtempSync(join(tmpdir(), "dossier-test-"));
  // mkdtemp denies access to other users, and as root the server runs as another user.
  chmodSync(folder, 0o711);
  const externalUrl = process.env.TEST_DATABASE_URL;
  const postgres = externalUrl ? undefined : await startPostgres({ dataDir: folder, settings: SETTINGS });
  const server = externalUrl ?? postgres?.url ?? "";
  const template = `dossier_template_${process.pid}`;
  await runSql(server, `DROP DATABASE IF EXISTS ${template}`);
  await runSql(server, `CREATE DATABASE ${template}`);
  const url = new URL(server);
  url.pathname = `/${template}`;
  await applyMigrations(url.href);
  return {
    server,
    template,
    async stop() {
      if (externalUrl) await runSql(server, `DROP DATABASE IF EXISTS ${template} WITH (FORCE)`);
      await postgres?.leave();
      await deleteDataDirAndCluster(folder);
    },
  };
}

async function runSql(url: string, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}

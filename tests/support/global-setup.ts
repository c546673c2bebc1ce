import { chmodSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import type { TestProject } from "vitest/node";
import { destroyDataDir } from "../../server/postgres/cluster";
import { startPostgres } from "../../server/postgres/server";
import { applyMigrations } from "../../server/prisma/apply-migrations";
import { startR2 } from "../stores/r2";

/** The tests' server loses its data with the run, so it never waits for the disk. */
const SETTINGS = { fsync: "off", synchronous_commit: "off", full_page_writes: "off", max_connections: "400" };

/**
 * Starts what the test files of a run share: one PostgreSQL for every project, and R2 for the project on R2. The server is the
 * embedded one, or that of TEST_DATABASE_URL, an address that may create databases. It gets one migrated database, which
 * `createTestDb` copies for each file.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const stops: (() => Promise<void>)[] = [];
  // The projects run this one after the other, in one process. Workers inherit the variables.
  if (!process.env.TEST_POSTGRES) stops.push(await startDatabase());
  if (project.name === "r2") {
    const r2 = await startR2(64);
    process.env.TEST_R2 = JSON.stringify(r2);
    stops.push(() => r2.stop());
  }
  return async () => {
    for (const stop of stops) await stop();
  };
}

async function startDatabase(): Promise<() => Promise<void>> {
  const folder = mkdtempSync(join(tmpdir(), "dossier-test-"));
  // mkdtemp closes its folders to other users, and as root the server runs as another user.
  chmodSync(folder, 0o711);
  const given = process.env.TEST_DATABASE_URL;
  const postgres = given ? undefined : await startPostgres({ dataDir: folder, settings: SETTINGS });
  const server = given ?? postgres?.url ?? "";
  const template = `dossier_template_${process.pid}`;
  await runSql(server, `DROP DATABASE IF EXISTS ${template}`);
  await runSql(server, `CREATE DATABASE ${template}`);
  const address = new URL(server);
  address.pathname = `/${template}`;
  await applyMigrations(address.href);
  process.env.TEST_POSTGRES = JSON.stringify({ server, template });
  return async () => {
    delete process.env.TEST_POSTGRES;
    if (given) await runSql(server, `DROP DATABASE IF EXISTS ${template} WITH (FORCE)`);
    await postgres?.stop();
    await destroyDataDir(folder);
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

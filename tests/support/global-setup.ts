import { chmodSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import type { TestProject } from "vitest/node";
import { startR2 } from "../stores/r2";
import { destroyDataDir } from "../../server/postgres/cluster";
import { startPostgres } from "../../server/postgres/server";
import { applyMigrations } from "../../server/prisma/apply-migrations";

/**
 * One PostgreSQL for the whole run: the embedded one in a folder of its own, or the server of TEST_DATABASE_URL (an address
 * that may create databases). It gets one database with every migration in it, which `testDb()` copies. The project on R2 gets
 * a store as well.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = mkdtempSync(join(tmpdir(), "dossier-test-"));
  // mkdtemp closes its folders to everybody else, and as root the server is somebody else.
  chmodSync(folder, 0o711);
  const given = process.env.TEST_DATABASE_URL;
  // Nothing here outlives the run, so nothing needs to reach the disk.
  const settings = {
    fsync: "off",
    synchronous_commit: "off",
    full_page_writes: "off",
    max_connections: "400",
  };
  const postgres = given ? undefined : await startPostgres({ dataDir: folder, settings });
  const server = given ?? postgres?.url ?? "";
  const template = `dossier_template_${process.pid}`;
  await runSql(server, `DROP DATABASE IF EXISTS ${template}`);
  await runSql(server, `CREATE DATABASE ${template}`);
  const address = new URL(server);
  address.pathname = `/${template}`;
  await applyMigrations(address.href);
  // Read by tests/support/database.ts; the workers inherit the environment.
  process.env.TEST_POSTGRES = JSON.stringify({ server, template });
  const r2 = project.name === "r2" ? await startR2(64) : undefined;
  // Read by tests/support/environment.ts.
  if (r2) process.env.TEST_R2 = JSON.stringify(r2);
  return async () => {
    await r2?.stop();
    if (given) await runSql(server, `DROP DATABASE IF EXISTS ${template} WITH (FORCE)`);
    await postgres?.leave();
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

import { randomBytes } from "node:crypto";
import pg from "pg";
import { createDb, type Db } from "../../lib/db/client";

export type TestDatabase = {
  db: Db;
  url: string;
  /** Ends the client and removes the database. */
  drop(): Promise<void>;
};

/**
 * Creates a migrated database without rows, on the server of tests/support/global-setup.ts. A test
 * file creates one in `beforeAll` and drops it in `afterAll`.
 */
export async function createTestDatabase(): Promise<TestDatabase> {
  const { server, template } = await readTestServer();
  const name = `test_${randomBytes(8).toString("hex")}`;
  await copyTemplate(server, template, name);
  const url = new URL(server);
  url.pathname = `/${name}`;
  const db = createDb(url.href);
  return {
    db,
    url: url.href,
    drop: async () => {
      await db.$disconnect();
      await runSql(server, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
    },
  };
}

export type DatabaseBackup = {
  /** Replaces the database by the backup. Clients connect again by themselves. */
  restore(): Promise<void>;
  drop(): Promise<void>;
};

/** Copies a test database. The copy is what `pg_dump` would contain now. */
export async function backUpDatabase(url: string): Promise<DatabaseBackup> {
  const { server } = await readTestServer();
  const name = new URL(url).pathname.slice(1);
  const backup = `${name}_backup`;
  // PostgreSQL copies no database that has connections.
  await runSql(
    server,
    `SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = '${name}'`,
    `CREATE DATABASE ${backup} TEMPLATE ${name} STRATEGY FILE_COPY`,
  );
  return {
    restore: () =>
      runSql(
        server,
        `DROP DATABASE ${name} WITH (FORCE)`,
        `CREATE DATABASE ${name} TEMPLATE ${backup} STRATEGY FILE_COPY`,
      ),
    drop: () => runSql(server, `DROP DATABASE IF EXISTS ${backup} WITH (FORCE)`),
  };
}

/** Requests the server from the test run, which starts it at the first request. */
async function readTestServer(): Promise<{ server: string; template: string }> {
  const url = process.env.TEST_POSTGRES;
  if (!url) throw new Error("There is no test database. Run the tests with `npm test` or `npx vitest`.");
  const { server, template, error } = await fetch(url).then((response) => response.json());
  if (error) throw new Error(`The test database did not start: ${error}`);
  return { server, template };
}

/** Copies the template under a lock, because PostgreSQL refuses concurrent copies of a template. */
async function copyTemplate(server: string, template: string, name: string): Promise<void> {
  await runSql(
    server,
    "SELECT pg_advisory_lock(7001)",
    `CREATE DATABASE ${name} TEMPLATE ${template} STRATEGY FILE_COPY`,
  );
}

async function runSql(server: string, ...statements: string[]): Promise<void> {
  const client = new pg.Client({ connectionString: server });
  await client.connect();
  try {
    for (const statement of statements) await client.query(statement);
  } finally {
    await client.end();
  }
}

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
 * A database of the caller's own with every migration applied and no rows, on the server that the test run started
 * (tests/support/global-setup.ts). Make one per test file, in `beforeAll`, and drop it in `afterAll`.
 */
export async function createTestDatabase(): Promise<TestDatabase> {
  const { server, template } = await readTestServer();
  const name = `test_${randomBytes(8).toString("hex")}`;
  await copyTemplate(server, template, name);
  const address = new URL(server);
  address.pathname = `/${name}`;
  const db = createDb(address.href);
  return {
    db,
    url: address.href,
    drop: async () => {
      await db.$disconnect();
      await runSql(server, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
    },
  };
}

/** Asks the test run for its server, which starts at the first request. */
async function readTestServer(): Promise<{ server: string; template: string }> {
  const offer = process.env.TEST_POSTGRES;
  if (!offer) throw new Error("There is no test database: run the tests through `npm test` or `npx vitest`.");
  const { server, template, error } = await fetch(offer).then((response) => response.json());
  if (error) throw new Error(`The test database did not start: ${error}`);
  return { server, template };
}

/** PostgreSQL copies a template only while nobody else does: under the lock, test files that start together queue up. */
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

import { randomBytes } from "node:crypto";
import pg from "pg";
import { createDb, type Db } from "../db/client";

export type TestDb = {
  db: Db;
  url: string;
  /** Ends the client and removes the database. */
  drop(): Promise<void>;
};

/**
 * A database of the caller's own with every migration applied and no rows, on the server that the test run started
 * (scripts/testing/global-setup.ts). Make one per test file, in `beforeAll`, and drop it in `afterAll`.
 */
export async function testDb(): Promise<TestDb> {
  const { server, template } = testServer();
  const name = `test_${randomBytes(8).toString("hex")}`;
  await copy(server, template, name);
  const address = new URL(server);
  address.pathname = `/${name}`;
  const db = createDb(address.href);
  return {
    db,
    url: address.href,
    drop: async () => {
      await db.$disconnect();
      await run(server, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
    },
  };
}

function testServer(): { server: string; template: string } {
  const { server, template } = JSON.parse(process.env.TEST_POSTGRES ?? "{}");
  if (!server || !template) {
    throw new Error("There is no test database: run the tests through `npm test` or `npx vitest`.");
  }
  return { server, template };
}

/** PostgreSQL copies a template only while nobody else does: under the lock, test files that start together queue up. */
async function copy(server: string, template: string, name: string): Promise<void> {
  await run(
    server,
    "SELECT pg_advisory_lock(7001)",
    `CREATE DATABASE ${name} TEMPLATE ${template} STRATEGY FILE_COPY`,
  );
}

async function run(server: string, ...statements: string[]): Promise<void> {
  const client = new pg.Client({ connectionString: server });
  await client.connect();
  try {
    for (const statement of statements) await client.query(statement);
  } finally {
    await client.end();
  }
}

import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type TestDatabase, createTestDatabase } from "@/tests/support/database";
import { root } from "../root";
import { runPrisma } from "./cli";
import { applyMigrations, listMigrations, listPendingMigrations } from "./apply-migrations";

let db: TestDatabase;
let folder: string;

beforeEach(async () => {
  db = await createTestDatabase();
  await query("DROP SCHEMA public CASCADE; CREATE SCHEMA public");
  folder = mkdtempSync(join(tmpdir(), "dossier-migrations-"));
});

afterEach(async () => {
  rmSync(folder, { recursive: true });
  await db.drop();
});

async function query(sql: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: db.url });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows ?? [];
  } finally {
    await client.end();
  }
}

function migration(name: string, sql: string): void {
  mkdirSync(join(folder, name));
  writeFileSync(join(folder, name, "migration.sql"), sql);
}

const RECORD =
  'SELECT migration_name, checksum, applied_steps_count, finished_at IS NOT NULL AS finished FROM "_prisma_migrations" ORDER BY 1';

test("what is written down is what Prisma's own CLI writes, so that each goes on where the other was", async () => {
  await applyMigrations(db.url);
  const ours = await query(RECORD);
  await query("DROP SCHEMA public CASCADE; CREATE SCHEMA public");
  await runPrisma(["migrate", "deploy"], db.url);
  expect(ours).toEqual(await query(RECORD));
  await expect(applyMigrations(db.url)).resolves.toBe("up to date");
});

test("several that start at once apply each migration once", async () => {
  migration("1_first", "CREATE TABLE one (id INT)");
  migration("2_second", "CREATE TABLE two (id INT); SELECT pg_sleep(0.2)");
  await Promise.all([1, 2, 3, 4].map(() => applyMigrations(db.url, folder)));
  expect(await query(RECORD)).toMatchObject([{ migration_name: "1_first" }, { migration_name: "2_second" }]);
});

test("one that fails leaves nothing, says why, and can be tried again", async () => {
  migration("1_first", "CREATE TABLE one (id INT)");
  migration("2_second", "CREATE TABLE two (id INT); CREATE TABLE one (id INT)");
  await expect(applyMigrations(db.url, folder)).rejects.toThrow(
    /2_second .*left nothing: relation "one" already exists/,
  );
  expect(await query("SELECT to_regclass('two') AS two")).toEqual([{ two: null }]);
  writeFileSync(join(folder, "2_second/migration.sql"), "CREATE TABLE two (id INT)");
  await expect(applyMigrations(db.url, folder)).resolves.toBe("migrated");
  expect(await query(RECORD)).toHaveLength(2);
});

test("a database that holds something else is left alone", async () => {
  await query("CREATE TABLE theirs (id INT)");
  await expect(applyMigrations(db.url)).rejects.toThrow(/tables of something else \("theirs"\)/);
  expect(await query("SELECT to_regclass('\"_prisma_migrations\"') AS there")).toEqual([{ there: null }]);
});

test("one that Prisma's CLI began and did not end stops everything until somebody has looked", async () => {
  await applyMigrations(db.url);
  await query(
    `UPDATE "_prisma_migrations" SET finished_at = NULL WHERE migration_name = '${listMigrations()[0]}'`,
  );
  await expect(applyMigrations(db.url)).rejects.toThrow(/did not end.*migrate resolve/);
});

test("the command needs the database's address and nothing else", () => {
  const result = spawnSync(process.execPath, ["--import", "tsx", "scripts/migrate.ts"], {
    cwd: root,
    encoding: "utf8",
    env: { NODE_ENV: "test", PATH: process.env.PATH, DATABASE_URL: db.url, STORAGE: "s3" },
  });
  expect(result).toMatchObject({ stdout: "The database is migrated.\n", stderr: "", status: 0 });
});

test("what is pending is named, oldest first", async () => {
  await expect(listPendingMigrations(db.url)).resolves.toEqual(listMigrations());
  await applyMigrations(db.url);
  await expect(listPendingMigrations(db.url)).resolves.toEqual([]);
});

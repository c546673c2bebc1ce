import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createTestDatabase, type TestDatabase } from "@/tests/support/database";
import { root } from "../root";
import { applyMigrations, listMigrations, listPendingMigrations } from "./apply-migrations";
import { runPrisma } from "./cli";

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

function writeMigration(name: string, sql: string): void {
  mkdirSync(join(folder, name));
  writeFileSync(join(folder, name, "migration.sql"), sql);
}

const RECORD =
  'SELECT migration_name, checksum, applied_steps_count, finished_at IS NOT NULL AS finished FROM "_prisma_migrations" ORDER BY 1';

test("writes the same rows as Prisma's CLI", async () => {
  await applyMigrations(db.url);
  const expected = await query(RECORD);
  await query("DROP SCHEMA public CASCADE; CREATE SCHEMA public");
  await runPrisma(["migrate", "deploy"], db.url);
  expect(expected).toEqual(await query(RECORD));
  await expect(applyMigrations(db.url)).resolves.toBe("up to date");
});

test("concurrent runs apply each migration once", async () => {
  writeMigration("1_first", "CREATE TABLE one (id INT)");
  writeMigration("2_second", "CREATE TABLE two (id INT); SELECT pg_sleep(0.2)");
  await Promise.all([1, 2, 3, 4].map(() => applyMigrations(db.url, folder)));
  expect(await query(RECORD)).toMatchObject([{ migration_name: "1_first" }, { migration_name: "2_second" }]);
});

test("a failed migration changes nothing, reports why, and can be retried", async () => {
  writeMigration("1_first", "CREATE TABLE one (id INT)");
  writeMigration("2_second", "CREATE TABLE two (id INT); CREATE TABLE one (id INT)");
  await expect(applyMigrations(db.url, folder)).rejects.toThrow(
    /2_second .*changed nothing: relation "one" already exists/,
  );
  expect(await query("SELECT to_regclass('two') AS two")).toEqual([{ two: null }]);
  writeFileSync(join(folder, "2_second/migration.sql"), "CREATE TABLE two (id INT)");
  await expect(applyMigrations(db.url, folder)).resolves.toBe("migrated");
  expect(await query(RECORD)).toHaveLength(2);
});

test("leaves a database with other tables unchanged", async () => {
  await query("CREATE TABLE theirs (id INT)");
  await expect(applyMigrations(db.url)).rejects.toThrow(/tables of another application \("theirs"\)/);
  expect(await query("SELECT to_regclass('\"_prisma_migrations\"') AS there")).toEqual([{ there: null }]);
});

test("an unfinished migration of Prisma's CLI stops the next run", async () => {
  await applyMigrations(db.url);
  await query(
    `UPDATE "_prisma_migrations" SET finished_at = NULL WHERE migration_name = '${listMigrations()[0]}'`,
  );
  await expect(applyMigrations(db.url)).rejects.toThrow(/did not end it.*migrate resolve/);
});

test("npm run migrate needs only DATABASE_URL", () => {
  const result = spawnSync(process.execPath, ["--import", "tsx", "scripts/migrate.ts"], {
    cwd: root,
    encoding: "utf8",
    env: { NODE_ENV: "test", PATH: process.env.PATH, DATABASE_URL: db.url, STORAGE: "s3" },
  });
  expect(result).toMatchObject({ stdout: "The database is migrated.\n", stderr: "", status: 0 });
});

test("lists pending migrations, oldest first", async () => {
  await expect(listPendingMigrations(db.url)).resolves.toEqual(listMigrations());
  await applyMigrations(db.url);
  await expect(listPendingMigrations(db.url)).resolves.toEqual([]);
});

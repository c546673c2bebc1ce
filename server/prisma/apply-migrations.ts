import { createHash, randomUUID } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import pg from "pg";
import { root } from "../root";

export const migrationsFolder = join(root, "prisma/migrations");

/** The lock and table of Prisma's CLI (decision 55): both tools may migrate the same database. */
const LOCK_ID = 72_707_369;
const CREATE_TABLE_SQL = `CREATE TABLE IF NOT EXISTS "_prisma_migrations" (
  id VARCHAR(36) PRIMARY KEY NOT NULL,
  checksum VARCHAR(64) NOT NULL,
  finished_at TIMESTAMPTZ,
  migration_name VARCHAR(255) NOT NULL,
  logs TEXT,
  rolled_back_at TIMESTAMPTZ,
  started_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  applied_steps_count INTEGER NOT NULL DEFAULT 0
)`;

/**
 * Applies the pending migrations, each in its own transaction: a failed migration leaves nothing.
 * Needs only the driver, so a container can run it. Several processes may run it; later ones wait.
 */
export async function applyMigrations(
  databaseUrl: string,
  folder = migrationsFolder,
): Promise<"migrated" | "up to date"> {
  return withClient(databaseUrl, async (client) => {
    const pending = await findPending(client, folder);
    for (const name of pending) await applyMigration(client, folder, name);
    return pending.length > 0 ? "migrated" : "up to date";
  });
}

/** Lists the names of the pending migrations, oldest first. */
export async function listPendingMigrations(databaseUrl: string): Promise<string[]> {
  return withClient(databaseUrl, (client) => findPending(client, migrationsFolder));
}

/** Lists the names of the migrations in a folder, oldest first. */
export function listMigrations(folder = migrationsFolder): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => existsSync(join(folder, name, "migration.sql")))
    .sort();
}

async function withClient<T>(databaseUrl: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: databaseUrl, connectionTimeoutMillis: 10_000 });
  client.on("error", () => undefined);
  try {
    await client.connect();
    return await work(client);
  } finally {
    await client.end().catch(() => undefined);
  }
}

async function findPending(client: pg.Client, folder: string): Promise<string[]> {
  const applied = await readApplied(client);
  const unfinished = applied.find((row) => !row.finished);
  if (unfinished) {
    throw new Error(
      `Prisma's CLI started the migration ${unfinished.name} and did not end it. Check what it has changed, undo that, then run in a clone: npx prisma migrate resolve --rolled-back ${unfinished.name}`,
    );
  }
  const names = new Set(applied.map(({ name }) => name));
  return listMigrations(folder).filter((name) => !names.has(name));
}

async function readApplied(client: pg.Client): Promise<{ name: string; finished: boolean }[]> {
  // Not `to_regclass`: within a transaction it misses a table that another session creates.
  const { rowCount } = await client.query(
    "SELECT FROM pg_class WHERE relname = '_prisma_migrations' AND relnamespace = current_schema()::regnamespace",
  );
  if (rowCount === 0) return [];
  const found = await client.query<{ name: string; finished: boolean }>(
    'SELECT migration_name AS name, finished_at IS NOT NULL AS finished FROM "_prisma_migrations" WHERE rolled_back_at IS NULL',
  );
  return found.rows;
}

async function applyMigration(client: pg.Client, folder: string, name: string): Promise<void> {
  const sql = readFileSync(join(folder, name, "migration.sql"), "utf8");
  await client.query("BEGIN");
  try {
    // A transaction lock: behind a pooler the next transaction may run in another session.
    await client.query("SET LOCAL lock_timeout = '60s'");
    await client.query("SELECT pg_advisory_xact_lock($1)", [LOCK_ID]);
    const applied = await readApplied(client);
    if (applied.length === 0) await requireEmptyDatabase(client);
    if (!applied.some((row) => row.name === name)) {
      await client.query(CREATE_TABLE_SQL);
      await client.query(
        `INSERT INTO "_prisma_migrations" (id, checksum, migration_name, finished_at, applied_steps_count) VALUES ($1, $2, $3, now(), 1)`,
        [randomUUID(), createHash("sha256").update(sql).digest("hex"), name],
      );
      await client.query(sql);
    }
    await client.query("COMMIT");
  } catch (cause) {
    await client.query("ROLLBACK").catch(() => undefined);
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`The migration ${name} failed and changed nothing: ${reason}`, { cause });
  }
}

/** Throws if the database has other tables: the first migration needs an empty database. */
async function requireEmptyDatabase(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ table: string }>(
    `SELECT c.relname AS table FROM pg_class c
      WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind IN ('r', 'p') AND c.relname <> '_prisma_migrations'
        AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e')
      LIMIT 1`,
  );
  if (rows[0])
    throw new Error(
      `the database has tables of another application ("${rows[0].table}"). Dossier needs its own database.`,
    );
}

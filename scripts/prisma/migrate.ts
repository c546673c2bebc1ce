import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import pg from "pg";
import { prisma } from "./cli";

export const migrations = fileURLToPath(new URL("../../prisma/migrations", import.meta.url));

/** Applies the migrations that the database has not seen. Where there are none, Prisma's CLI (a second or two) is not even started. */
export async function migrate(databaseUrl: string): Promise<"migrated" | "up to date"> {
  const applied = await appliedMigrations(databaseUrl);
  if (migrationNames().every((name) => applied.has(name))) return "up to date";
  await prisma(["migrate", "deploy"], databaseUrl);
  return "migrated";
}

/** Names of the migrations in the tree, oldest first. */
export function migrationNames(): string[] {
  if (!existsSync(migrations)) return [];
  return readdirSync(migrations)
    .filter((name) => existsSync(join(migrations, name, "migration.sql")))
    .sort();
}

async function appliedMigrations(databaseUrl: string): Promise<Set<string>> {
  const client = new pg.Client({ connectionString: databaseUrl, connectionTimeoutMillis: 10_000 });
  client.on("error", () => undefined);
  try {
    await client.connect();
    const found = await client.query<{ migration_name: string }>(
      'SELECT migration_name FROM "_prisma_migrations" WHERE finished_at IS NOT NULL AND rolled_back_at IS NULL',
    );
    return new Set(found.rows.map((row) => row.migration_name));
  } catch (error) {
    const undefinedTable = "42P01";
    if (error instanceof pg.DatabaseError && error.code === undefinedTable) return new Set();
    throw error;
  } finally {
    await client.end().catch(() => undefined);
  }
}

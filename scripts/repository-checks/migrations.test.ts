import { join } from "node:path";
import { expect, test } from "vitest";
import { createDb } from "@/lib/db/client";
import { createTestDatabase } from "@/tests/support/database";
import { runPrisma } from "../../server/prisma/cli";
import { root } from "../../server/root";

test("the migrations create the schema of schema.prisma", async () => {
  const migrated = await createTestDatabase();
  const fresh = await createTestDatabase();
  const sql = await runPrisma(
    ["migrate", "diff", "--from-empty", "--to-schema", join(root, "prisma/schema.prisma"), "--script"],
    fresh.url,
  );
  const db = createDb(fresh.url, { connections: 1 });
  await db.$executeRawUnsafe("DROP SCHEMA public CASCADE");
  await db.$executeRawUnsafe("CREATE SCHEMA public");
  for (const statement of sql.split(/;\s*$/m)) {
    if (statement.replace(/^--.*$/gm, "").trim()) await db.$executeRawUnsafe(statement);
  }
  await db.$disconnect();
  await expect(describeSchema(migrated.url)).resolves.toEqual(await describeSchema(fresh.url));
  await migrated.drop();
  await fresh.drop();
});

// Without one, deleting the referenced row reads the whole table.
test("every foreign key has an index that starts with it", async () => {
  const { url, drop } = await createTestDatabase();
  const db = createDb(url, { connections: 1 });
  const missing = await db.$queryRaw<unknown[]>`
    SELECT conrelid::regclass::text AS "table", conname AS key FROM pg_constraint
    WHERE contype = 'f' AND connamespace = 'public'::regnamespace AND NOT EXISTS (
      SELECT 1 FROM pg_index
      WHERE indrelid = conrelid AND (indkey::int2[])[0:cardinality(conkey) - 1] = conkey)`;
  const keys = await db.$queryRaw<unknown[]>`SELECT 1 FROM pg_constraint WHERE contype = 'f'`;
  await db.$disconnect();
  await drop();
  expect(keys.length).toBeGreaterThan(5);
  expect(missing).toEqual([]);
});

/** Lists columns, indexes, constraints and enums as PostgreSQL describes them. */
async function describeSchema(url: string): Promise<unknown[]> {
  const db = createDb(url, { connections: 1 });
  const rows = await db.$queryRawUnsafe<unknown[]>(`
    SELECT 'column' AS kind, table_name || '.' || column_name AS name,
           concat_ws(' ', udt_name, is_nullable, column_default, character_maximum_length, datetime_precision) AS definition
      FROM information_schema.columns WHERE table_schema = 'public' AND table_name <> '_prisma_migrations'
    UNION ALL SELECT 'index', indexname, indexdef
      FROM pg_indexes WHERE schemaname = 'public' AND tablename <> '_prisma_migrations'
    UNION ALL SELECT 'constraint', conrelid::regclass::text || '.' || conname, pg_get_constraintdef(oid)
      FROM pg_constraint WHERE connamespace = 'public'::regnamespace AND conrelid::regclass::text <> '_prisma_migrations'
    UNION ALL SELECT 'enum', t.typname, string_agg(e.enumlabel, ',' ORDER BY e.enumsortorder)
      FROM pg_type t JOIN pg_enum e ON e.enumtypid = t.oid GROUP BY t.typname
    ORDER BY 1, 2, 3`);
  await db.$disconnect();
  expect(rows.length).toBeGreaterThan(50);
  return rows;
}

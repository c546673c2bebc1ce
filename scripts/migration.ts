import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { deleteDataDirAndCluster } from "../server/postgres/cluster";
import { startPostgres } from "../server/postgres/server";
import { listMigrations, migrationsFolder } from "../server/prisma/apply-migrations";
import { runPrisma } from "../server/prisma/cli";
import { orderEnumValues } from "../server/prisma/order-enum-values";

// npm run migration -- <name>   writes the next migration: from the schema at the last commit that
//                               changed prisma/migrations, to the schema now
// npm run migration -- --first  deletes all migrations and writes one (only before a release)
const SCHEMA = "prisma/schema.prisma";
const [name = ""] = process.argv.slice(2);
const isFirst = name === "--first";
if (!isFirst && !/^[a-z][a-z0-9_]*$/.test(name)) {
  console.error("Usage: npm run migration -- <name in lower_case_with_underscores>  (or --first)");
  process.exit(2);
}

const scratchFolder = mkdtempSync(join(tmpdir(), "dossier-migration-"));
// As root, PostgreSQL runs as another user, who has to enter this folder.
chmodSync(scratchFolder, 0o711);
// The diff reads two files, but our schema engine needs a server to connect to.
const postgres = await startPostgres({ dataDir: scratchFolder });
try {
  const from =
    isFirst || listMigrations().length === 0 ? ["--from-empty"] : ["--from-schema", writeLastSchema()];
  const sql = await runPrisma(["migrate", "diff", ...from, "--to-schema", SCHEMA, "--script"], postgres.url);
  if (sql.includes("-- This is an empty migration")) console.log("The schema has not changed.");
  else writeMigration(orderEnumValues(sql, readFileSync(SCHEMA, "utf8")));
} finally {
  await postgres.leave();
  await deleteDataDirAndCluster(scratchFolder);
}

function writeMigration(sql: string): void {
  if (isFirst) rmSync(migrationsFolder, { recursive: true, force: true });
  const folder = isFirst ? "20260101000000_first" : `${timestamp()}_${name}`;
  mkdirSync(join(migrationsFolder, folder), { recursive: true });
  writeFileSync(join(migrationsFolder, folder, "migration.sql"), `${sql.trim()}\n`);
  writeFileSync(join(migrationsFolder, "migration_lock.toml"), 'provider = "postgresql"\n');
  console.log(
    `Wrote prisma/migrations/${folder}/migration.sql. Read it: a renamed column looks like a drop.`,
  );
}

function writeLastSchema(): string {
  const git = (...args: string[]) => execFileSync("git", args, { encoding: "utf8" });
  const commit = git("log", "-1", "--format=%H", "--", "prisma/migrations").trim();
  const file = join(scratchFolder, "schema.prisma");
  writeFileSync(file, git("show", `${commit}:${SCHEMA}`));
  return file;
}

function timestamp(): string {
  return new Date().toISOString().replace(/\D/g, "").slice(0, 14);
}

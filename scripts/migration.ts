import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { destroyDataDir } from "../server/postgres/cluster";
import { startPostgres } from "../server/postgres/server";
import { listMigrations, migrationsFolder } from "../server/prisma/apply-migrations";
import { runPrisma } from "../server/prisma/cli";

// npm run migration -- <name>    writes the next migration: from the schema as it was when migrations last changed, to the schema now
// npm run migration -- --first   throws all migrations away and writes the first anew (only before the first release)
const [name = ""] = process.argv.slice(2);
const isFirst = name === "--first";
if (!isFirst && !/^[a-z][a-z0-9_]*$/.test(name)) {
  console.error("Usage: npm run migration -- <name in lower_case_with_underscores>  (or --first)");
  process.exit(2);
}

const scratchFolder = mkdtempSync(join(tmpdir(), "dossier-migration-"));
chmodSync(scratchFolder, 0o711);
// The engine compares two schema files, yet its stand-in wants a server to speak to.
const postgres = await startPostgres({ dataDir: scratchFolder });
try {
  const from =
    isFirst || listMigrations().length === 0 ? ["--from-empty"] : ["--from-schema", writeLastSchema()];
  const sql = await runPrisma(
    ["migrate", "diff", ...from, "--to-schema", "prisma/schema.prisma", "--script"],
    postgres.url,
  );
  if (sql.includes("-- This is an empty migration")) {
    console.log("The schema has not changed: there is nothing to migrate.");
  } else {
    if (isFirst) rmSync(migrationsFolder, { recursive: true, force: true });
    const folder = isFirst ? "20260101000000_first" : `${timestamp()}_${name}`;
    mkdirSync(join(migrationsFolder, folder), { recursive: true });
    writeFileSync(join(migrationsFolder, folder, "migration.sql"), `${sql.trim()}\n`);
    writeFileSync(join(migrationsFolder, "migration_lock.toml"), 'provider = "postgresql"\n');
    console.log(
      `Wrote prisma/migrations/${folder}/migration.sql. Read it: what renames a column looks like a drop.`,
    );
  }
} finally {
  await postgres.leave();
  await destroyDataDir(scratchFolder);
}

function writeLastSchema(): string {
  const git = (...args: string[]) => execFileSync("git", args, { encoding: "utf8" });
  const commit = git("log", "-1", "--format=%H", "--", "prisma/migrations").trim();
  const file = join(scratchFolder, "schema.prisma");
  writeFileSync(file, git("show", `${commit}:prisma/schema.prisma`));
  return file;
}

function timestamp(): string {
  return new Date().toISOString().replace(/\D/g, "").slice(0, 14);
}

import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { destroy } from "./postgres/cluster";
import { startPostgres } from "./postgres/server";
import { prisma } from "./prisma/cli";
import { migrationNames, migrations } from "./prisma/migrate";

// npm run migration -- <name>    writes the next migration: from the schema as it was when migrations last changed, to the schema now
// npm run migration -- --first   throws all migrations away and writes the first anew (only before the first release)
const [name = ""] = process.argv.slice(2);
const first = name === "--first";
if (!first && !/^[a-z][a-z0-9_]*$/.test(name)) {
  console.error("Usage: npm run migration -- <name in lower_case_with_underscores>  (or --first)");
  process.exit(2);
}

const scratch = mkdtempSync(join(tmpdir(), "dossier-migration-"));
chmodSync(scratch, 0o711);
// The engine compares two schema files, yet its stand-in wants a server to speak to.
const postgres = await startPostgres({ dataDir: scratch });
try {
  const from = first || migrationNames().length === 0 ? ["--from-empty"] : ["--from-schema", lastSchema()];
  const sql = await prisma(
    ["migrate", "diff", ...from, "--to-schema", "prisma/schema.prisma", "--script"],
    postgres.url,
  );
  if (sql.includes("-- This is an empty migration")) {
    console.log("The schema has not changed: there is nothing to migrate.");
  } else {
    if (first) rmSync(migrations, { recursive: true, force: true });
    const folder = first ? "20260101000000_first" : `${timestamp()}_${name}`;
    mkdirSync(join(migrations, folder), { recursive: true });
    writeFileSync(join(migrations, folder, "migration.sql"), `${sql.trim()}\n`);
    writeFileSync(join(migrations, "migration_lock.toml"), 'provider = "postgresql"\n');
    console.log(
      `Wrote prisma/migrations/${folder}/migration.sql. Read it: what renames a column looks like a drop.`,
    );
  }
} finally {
  await postgres.stop();
  await destroy(scratch);
}

function lastSchema(): string {
  const git = (...args: string[]) => execFileSync("git", args, { encoding: "utf8" });
  const commit = git("log", "-1", "--format=%H", "--", "prisma/migrations").trim();
  const file = join(scratch, "schema.prisma");
  writeFileSync(file, git("show", `${commit}:prisma/schema.prisma`));
  return file;
}

function timestamp(): string {
  return new Date().toISOString().replace(/\D/g, "").slice(0, 14);
}

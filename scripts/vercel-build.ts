import { readdirSync } from "node:fs";
import { parseEnv } from "../lib/config/env";
import { parseMigrationUrl } from "../lib/config/migration-env";
import { runNextBuild } from "../server/build";
import { root } from "../server/root";
import { applyMigrations } from "../server/prisma/apply-migrations";
import { runPrisma } from "../server/prisma/cli";

/**
 * What Vercel runs to build (vercel.json names it), with production dependencies alone. Settings first, so that a deployment that could not run is
 * not made. The database last, so that a build that fails has changed nothing; what it brings must therefore suit the code that still
 * runs, too. Nothing is published: the platform serves static files by itself.
 */
async function main(): Promise<void> {
  refuseEnvFiles();
  const address = parseMigrationUrl(process.env);
  parseEnv(process.env);
  // `generate` connects to nothing, but its settings name a database.
  await runPrisma(["generate"], "postgresql://nobody@localhost/none");
  await runNextBuild();
  if (address === null) return console.log("The database is left as it is: this is a preview.");
  console.log(
    `The database is ${(await applyMigrations(address)) === "migrated" ? "brought" : "already"} up to date.`,
  );
}

/** Vercel's builder lays every such file into every function. On the platform there is none; a build at home has them. */
function refuseEnvFiles(): void {
  const found = readdirSync(root).filter((name) => /^\.env(\.|$)/.test(name) && name !== ".env.example");
  if (found.length === 0) return;
  throw new Error(
    `${found.join(", ")}: would travel into every function. Move it away, and give the settings as variables.`,
  );
}

try {
  await main();
} catch (thrown) {
  console.error(thrown instanceof Error ? thrown.message : thrown);
  process.exitCode = 1;
}

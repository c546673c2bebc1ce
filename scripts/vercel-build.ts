import { readdirSync } from "node:fs";
import { parseEnv } from "../lib/config/env";
import { parseMigrationUrl } from "../lib/config/migration-env";
import { runNextBuild } from "../server/build";
import { applyMigrations } from "../server/prisma/apply-migrations";
import { runPrisma } from "../server/prisma/cli";
import { root } from "../server/root";

/**
 * Builds on Vercel (see vercel.json), with production dependencies only. Checks the settings first,
 * so a deployment that cannot run is not built. Migrates last, so a failed build changes nothing;
 * the code that still runs must therefore work with the new tables, too. Publishes nothing, because
 * Vercel serves the static files.
 */
async function main(): Promise<void> {
  refuseEnvFiles();
  const databaseUrl = parseMigrationUrl(process.env);
  parseEnv(process.env);
  // `generate` does not connect, but its configuration needs a URL.
  await runPrisma(["generate"], "postgresql://unused@localhost/unused");
  await runNextBuild();
  if (databaseUrl === null) return console.log("This is a preview, so the database is not migrated.");
  const outcome = await applyMigrations(databaseUrl);
  console.log(outcome === "migrated" ? "The database is migrated." : "The database is up to date.");
}

/** Throws if there are .env files: Vercel's builder would copy them into every function. */
function refuseEnvFiles(): void {
  const found = readdirSync(root).filter((name) => /^\.env(\.|$)/.test(name) && name !== ".env.example");
  if (found.length === 0) return;
  throw new Error(
    `${found.join(", ")}: the build would copy it into every function. Move it away and set environment variables instead.`,
  );
}

try {
  await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}

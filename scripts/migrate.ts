import { loadEnvFiles } from "../server/environment";
import { applyMigrations } from "../server/prisma/apply-migrations";

// npm run migrate: applies the pending migrations to the database of DATABASE_URL, the only setting
// that it needs. `npm start` migrates by itself. Deployments with several processes run this first.
try {
  loadEnvFiles();
  const url = process.env.DATABASE_URL;
  if (!url) throw new Error("DATABASE_URL: is missing (`npm start` migrates the embedded database).");
  const result = await applyMigrations(url);
  console.log(result === "migrated" ? "The database is migrated." : "The database is up to date.");
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}

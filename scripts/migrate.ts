import { loadEnvFiles } from "../server/environment";
import { applyMigrations } from "../server/prisma/apply-migrations";

// npm run migrate: applies the pending migrations to the database of DATABASE_URL. It needs no other
// setting. `npm start` migrates by itself; a deployment with several processes runs this first.
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

import { loadEnvFiles } from "../server/environment";
import { applyMigrations } from "../server/prisma/apply-migrations";

// npm run migrate: applies the migrations that the database of DATABASE_URL has not seen, and needs no other setting. `npm start` does so by
// itself; where several processes are deployed, this is the step before them.
try {
  loadEnvFiles();
  const address = process.env.DATABASE_URL;
  if (!address) throw new Error("DATABASE_URL: is missing (`npm start` migrates the embedded database).");
  const done = await applyMigrations(address);
  console.log(done === "migrated" ? "The database is migrated." : "The database is up to date.");
} catch (thrown) {
  console.error(thrown instanceof Error ? thrown.message : thrown);
  process.exitCode = 1;
}

import { z } from "zod";
import { flagSchema, postgresUrlSchema } from "../setting-schemas";
import { environmentError, parseVariables } from "./parse-variables";

/** Settings of a build on Vercel: the database to migrate. */
export const migrationEnvSchema = z.object({
  VERCEL_ENV: z.enum(["production", "preview", "development"], {
    error: "is required: expose Vercel's system environment variables in the project",
  }),
  DATABASE_URL: postgresUrlSchema.optional(),
  /** The database without its pooler. A pooler may cut off a long migration. */
  DATABASE_URL_UNPOOLED: postgresUrlSchema.optional(),
  /** Whether previews have their own database, with the schema of their branch. */
  MIGRATE_PREVIEWS: flagSchema,
});

/**
 * Returns the database that a build on Vercel migrates, or null for none. A production build
 * migrates production. A preview build migrates only with MIGRATE_PREVIEWS, because a branch must
 * not change the production database. Throws as `parseEnv` does.
 */
export function parseMigrationUrl(variables: Record<string, string | undefined>): string | null {
  const env = parseVariables(migrationEnvSchema, variables);
  if (env.VERCEL_ENV !== "production" && !env.MIGRATE_PREVIEWS) return null;
  const url = env.DATABASE_URL_UNPOOLED ?? env.DATABASE_URL;
  if (!url) throw environmentError(["DATABASE_URL: is required, because the build migrates the database"]);
  return url;
}

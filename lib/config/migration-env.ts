import { z } from "zod";
import { flagSchema, environmentError, parseVariables, postgresUrlSchema } from "./parse-variables";

/** What a build on a platform needs beyond what it builds: where migrations go. */
export const migrationEnvSchema = z.object({
  VERCEL_ENV: z.enum(["production", "preview", "development"], {
    error: "is needed here: the project must expose Vercel's system environment variables",
  }),
  DATABASE_URL: postgresUrlSchema.optional(),
  /** The database itself where DATABASE_URL is a pooler before it, which may cut a long migration off. */
  DATABASE_URL_UNPOOLED: postgresUrlSchema.optional(),
  /** Previews have a database of their own, and its schema follows their branch. */
  MIGRATE_PREVIEWS: flagSchema,
});

/**
 * The database that a build on Vercel brings up to date: the production's from a production build. A preview's only where it is said that previews
 * have one of their own, for a branch must never change the database that everybody uses; null then. Throws as `parseEnv` does.
 */
export function parseMigrationUrl(variables: Record<string, string | undefined>): string | null {
  const env = parseVariables(migrationEnvSchema, variables);
  if (env.VERCEL_ENV !== "production" && !env.MIGRATE_PREVIEWS) return null;
  const address = env.DATABASE_URL_UNPOOLED ?? env.DATABASE_URL;
  if (!address) throw environmentError(["DATABASE_URL: is needed by the build, which brings its schema up to date"]);
  return address;
}

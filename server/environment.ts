import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join, resolve } from "node:path";
import { type Env, parseEnv } from "../lib/config/env";
import { isLoopback } from "../lib/loopback";
import { isBundled } from "./is-bundled";
import type { EmbeddedPostgres } from "./postgres/server";
import { applyMigrations, listPendingMigrations } from "./prisma/apply-migrations";
import { root } from "./root";

const MIGRATE_COMMAND = "node bin/dossier.mjs migrate";
/** Prints a link with which the first admin sets a password. */
export const FIRST_ADMIN_COMMAND = `${isBundled ? "node bin/dossier.mjs person" : "npm run person --"} you@example.org --role admin`;

export type CommandEnvironment = {
  env: Env;
  /** Whether the database is the embedded one of DATA_DIR. */
  isEmbedded: boolean;
  /** Leaves the embedded database. The last process that leaves it stops it. */
  close(): Promise<void>;
};

/**
 * Opens what a command needs: settings, a secret, and a database with every migration. Settings
 * come from the environment, then from `.env.local` and `.env`. Writes all of it to `process.env`,
 * for `env()` and for child processes. Throws one error that names every wrong setting before it
 * starts anything. A bundle has no defaults for these: a missing setting stops the start.
 */
export async function openEnvironment(): Promise<CommandEnvironment> {
  const { env, isEmbedded } = readEnvironment();
  if (!isEmbedded) {
    await (isBundled ? requireNoPendingMigrations : applyMigrations)(env.DATABASE_URL);
    return { env, isEmbedded, close: async () => undefined };
  }
  const postgres = await startEmbeddedPostgres(env.DATA_DIR);
  process.env.DATABASE_URL = postgres.url;
  try {
    await applyMigrations(postgres.url);
  } catch (error) {
    await postgres.leave();
    throw error;
  }
  return { env: { ...env, DATABASE_URL: postgres.url }, isEmbedded, close: postgres.leave };
}

/** Throws on pending migrations: in a deployment the operator decides when to migrate. */
async function requireNoPendingMigrations(databaseUrl: string): Promise<void> {
  const pending = await listPendingMigrations(databaseUrl);
  if (pending.length === 0) return;
  throw new Error(
    `The database lacks these migrations: ${pending.join(", ")}. Apply them first: ${MIGRATE_COMMAND}`,
  );
}

/** Reads the settings, for a command that needs no database. */
export function readEnvironment(): Pick<CommandEnvironment, "env" | "isEmbedded"> {
  loadEnvFiles();
  const dataDir = resolve(root, process.env.DATA_DIR || ".data");
  process.env.DATA_DIR = dataDir;
  const isEmbedded = !isBundled && !process.env.DATABASE_URL;
  const appUrl = process.env.APP_URL || "http://localhost";
  const usesOwnSecret = !isBundled && !process.env.AUTH_SECRET && isLoopback(appUrl);
  const env = parseEnv({
    ...process.env,
    ...(isEmbedded ? { DATABASE_URL: "postgresql://embedded" } : {}),
    ...(usesOwnSecret ? { AUTH_SECRET: readOrCreateSecret(dataDir) } : {}),
  });
  process.env.AUTH_SECRET = env.AUTH_SECRET;
  return { env, isEmbedded };
}

/** Loads `.env.local` and `.env`. Variables that are already set win. Idempotent. */
export function loadEnvFiles(): void {
  for (const file of [".env.local", ".env"]) {
    if (existsSync(join(root, file))) process.loadEnvFile(join(root, file));
  }
}

/** Returns `port`, or a free port for 0. Throws a readable error if another program uses it. */
export async function requireFreePort(port: number): Promise<number> {
  return new Promise<number>((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen({ port, host: "127.0.0.1" }, () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address ? address.port : port));
    });
  }).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "EADDRINUSE") {
      throw new Error(
        `Port ${port} is in use by another program. Stop it, or choose another port: PORT=3001 npm start`,
      );
    }
    if (error.code === "EACCES")
      throw new Error(`This account may not open port ${port}. Choose a port above 1023: PORT=3000`);
    throw error;
  });
}

/** Reads the secret, which is created once: a new secret would sign every member out. */
function readOrCreateSecret(dataDir: string): string {
  const file = join(dataDir, "auth-secret");
  if (!existsSync(file)) {
    mkdirSync(dataDir, { recursive: true, mode: 0o711 });
    try {
      writeFileSync(file, randomBytes(32).toString("base64url"), { mode: 0o600, flag: "wx" });
    } catch (error) {
      // Another command has created it at the same time.
      if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
    }
  }
  return readFileSync(file, "utf8").trim();
}

/** Imports it only here: a deployment with its own database does not install the embedded one. */
async function startEmbeddedPostgres(dataDir: string): Promise<EmbeddedPostgres> {
  const { startPostgres } = await import("./postgres/server");
  return startPostgres({ dataDir });
}

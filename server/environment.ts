import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join, resolve } from "node:path";
import { type Env, parseEnv } from "../lib/config/env";
import { isBundled } from "./is-bundled";
import type { EmbeddedPostgres } from "./postgres/server";
import { applyMigrations, listPendingMigrations } from "./prisma/apply-migrations";
import { root } from "./root";

export { root };

const MIGRATE_COMMAND = "node bin/dossier.mjs migrate";

export type CommandEnvironment = {
  env: Env;
  /** Whether the database is the embedded one of DATA_DIR. */
  isEmbedded: boolean;
  /** Leaves the embedded database, which stops with the last that leaves. */
  close(): Promise<void>;
};

/**
 * What a command of this folder works in: settings from `.env.local` and `.env` where the environment itself says nothing, a
 * secret, a database with every migration. All of it is put into `process.env`, for `env()` and for child processes. Throws
 * one error naming every wrong setting before it starts anything. In a bundle nothing is provided: what is missing stops the start.
 */
export async function openEnvironment(): Promise<CommandEnvironment> {
  const { env: checked, isEmbedded: embedded } = readEnvironment();
  if (!embedded) {
    await (isBundled ? requireNoPendingMigrations : applyMigrations)(checked.DATABASE_URL);
    return { env: checked, isEmbedded: embedded, close: async () => undefined };
  }
  const postgres = await startEmbeddedPostgres(checked.DATA_DIR);
  process.env.DATABASE_URL = postgres.url;
  try {
    await applyMigrations(postgres.url);
  } catch (error) {
    await postgres.leave();
    throw error;
  }
  return { env: { ...checked, DATABASE_URL: postgres.url }, isEmbedded: embedded, close: postgres.leave };
}

/** Where several processes are deployed, who migrates and when is for the operator to say: none of them does it in passing. */
async function requireNoPendingMigrations(databaseUrl: string): Promise<void> {
  const pending = await listPendingMigrations(databaseUrl);
  if (pending.length === 0) return;
  throw new Error(`The database lacks ${pending.join(", ")}. Apply what is missing first: ${MIGRATE_COMMAND}`);
}

/** The settings alone, for a command that needs no database. */
export function readEnvironment(): Pick<CommandEnvironment, "env" | "isEmbedded"> {
  loadEnvFiles();
  const dataDir = resolve(root, process.env.DATA_DIR || ".data");
  process.env.DATA_DIR = dataDir;
  const embedded = !isBundled && !process.env.DATABASE_URL;
  const ownSecret = !isBundled && !process.env.AUTH_SECRET && isLoopback(process.env.APP_URL);
  const env = parseEnv({
    ...process.env,
    ...(embedded ? { DATABASE_URL: "postgresql://embedded" } : {}),
    ...(ownSecret ? { AUTH_SECRET: readOrCreateSecret(dataDir) } : {}),
  });
  process.env.AUTH_SECRET = env.AUTH_SECRET;
  return { env, isEmbedded: embedded };
}

/** Loads `.env.local` and `.env`; what the environment already holds wins. Idempotent. */
export function loadEnvFiles(): void {
  for (const file of [".env.local", ".env"]) {
    if (existsSync(join(root, file))) process.loadEnvFile(join(root, file));
  }
}

/** Whether only this machine can reach the application at this address. */
export function isLoopback(appUrl: string | undefined): boolean {
  if (!appUrl) return true;
  try {
    return ["localhost", "127.0.0.1", "[::1]"].includes(new URL(appUrl).hostname);
  } catch {
    return false;
  }
}

/** `port`, or for 0 one that is free. Throws in plain words where another program has it. */
export async function requireFreePort(port: number): Promise<number> {
  const found = await new Promise<number>((done, fail) => {
    const server = createServer();
    server.once("error", fail);
    server.listen({ port, host: "127.0.0.1" }, () => {
      const address = server.address();
      server.close(() => done(typeof address === "object" && address ? address.port : port));
    });
  }).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "EADDRINUSE") {
      throw new Error(
        `Port ${port} is in use by another program. Stop it, or choose another: PORT=3001 npm start`,
      );
    }
    if (error.code === "EACCES") throw new Error(`Port ${port} needs more rights than this account has.`);
    throw error;
  });
  return found;
}

/** Made once, and kept: a new secret would sign everybody out. */
function readOrCreateSecret(dataDir: string): string {
  const file = join(dataDir, "auth-secret");
  if (!existsSync(file)) {
    mkdirSync(dataDir, { recursive: true, mode: 0o711 });
    try {
      writeFileSync(file, randomBytes(32).toString("base64url"), { mode: 0o600, flag: "wx" });
    } catch (error) {
      // Another command was first.
      if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
    }
  }
  return readFileSync(file, "utf8").trim();
}

/** Loaded only here: a deployment with a database of its own installs no embedded one. */
async function startEmbeddedPostgres(dataDir: string): Promise<EmbeddedPostgres> {
  const { startPostgres } = await import("./postgres/server");
  return startPostgres({ dataDir });
}

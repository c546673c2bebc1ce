import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { root } from "../root";

const ENGINES_FOLDER = join(root, "node_modules/@prisma/engines");
// The next installation deletes it, so a new version or another network gets a new attempt.
const UNREACHABLE_STAMP = join(root, "node_modules/.dossier/schema-engine-unreachable");
const PROBE_TIMEOUT_MS = 3_000;
const DOWNLOAD_TIMEOUT_MS = 60_000;

/** The path of the substitute. The file describes what it can do. */
export const substituteEngine = join(root, "server/prisma/substitute-engine.mjs");

/**
 * Returns the value of PRISMA_SCHEMA_ENGINE_BINARY, `undefined` if Prisma's engine is installed.
 * Tries its download once per installation, if the host responds within 3 seconds.
 */
export async function findSchemaEngine(): Promise<string | undefined> {
  if (process.env.PRISMA_SCHEMA_ENGINE_BINARY) return process.env.PRISMA_SCHEMA_ENGINE_BINARY;
  if (isInstalled()) return undefined;
  if (existsSync(UNREACHABLE_STAMP)) return substituteEngine;
  if ((await isReachable()) && downloadEngine()) return undefined;
  try {
    mkdirSync(dirname(UNREACHABLE_STAMP), { recursive: true });
    writeFileSync(UNREACHABLE_STAMP, "");
  } catch {
    // The installation is read-only, so the next call tries again.
  }
  return substituteEngine;
}

function isInstalled(): boolean {
  return (
    existsSync(ENGINES_FOLDER) &&
    readdirSync(ENGINES_FOLDER).some((name) => name.startsWith("schema-engine-"))
  );
}

async function isReachable(): Promise<boolean> {
  const host = process.env.PRISMA_ENGINES_MIRROR ?? "https://binaries.prisma.sh";
  try {
    await fetch(host, { method: "HEAD", signal: AbortSignal.timeout(PROBE_TIMEOUT_MS) });
    return true;
  } catch {
    return false;
  }
}

/** Runs Prisma's install script, because npm runs with --ignore-scripts. */
function downloadEngine(): boolean {
  const script = join(ENGINES_FOLDER, "scripts/postinstall.js");
  spawnSync(process.execPath, [script], {
    cwd: ENGINES_FOLDER,
    stdio: "ignore",
    timeout: DOWNLOAD_TIMEOUT_MS,
  });
  return isInstalled();
}

import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { root } from "../root";

const engines = join(root, "node_modules/@prisma/engines");
// Gone with the next installation, which may bring another version or find another network.
const stamp = join(root, "node_modules/.dossier/schema-engine-unreachable");
const probeTime = 3_000;
const downloadTime = 60_000;

/** The stand-in: see there for what it can do. */
export const standIn = join(root, "scripts/prisma/schema-engine.mjs");

/**
 * What to set PRISMA_SCHEMA_ENGINE_BINARY to, or `undefined` where Prisma has an engine of its own. Its download is tried
 * once per installation, and only where the host answers at once.
 */
export async function schemaEngine(): Promise<string | undefined> {
  if (process.env.PRISMA_SCHEMA_ENGINE_BINARY) return process.env.PRISMA_SCHEMA_ENGINE_BINARY;
  if (present()) return undefined;
  if (existsSync(stamp)) return standIn;
  if ((await reachable()) && download()) return undefined;
  try {
    mkdirSync(dirname(stamp), { recursive: true });
    writeFileSync(stamp, "");
  } catch {
    // A read-only installation: it is tried again next time.
  }
  return standIn;
}

function present(): boolean {
  return existsSync(engines) && readdirSync(engines).some((name) => name.startsWith("schema-engine-"));
}

async function reachable(): Promise<boolean> {
  const host = process.env.PRISMA_ENGINES_MIRROR ?? "https://binaries.prisma.sh";
  try {
    await fetch(host, { method: "HEAD", signal: AbortSignal.timeout(probeTime) });
    return true;
  } catch {
    return false;
  }
}

/** Prisma's own install script, which npm may have been told not to run. */
function download(): boolean {
  const script = join(engines, "scripts/postinstall.js");
  spawnSync(process.execPath, [script], { cwd: engines, stdio: "ignore", timeout: downloadTime });
  return present();
}

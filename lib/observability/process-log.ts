import type { Env } from "../config/env";
import { createLog } from "./create-log";
import type { Log } from "./log";

// One per process: Next loads this module once per bundle, and the HTTP server again.
const processGlobals = globalThis as typeof globalThis & { dossierLog?: ReturnType<typeof createLog> };

/** Returns the server's log on standard output: text in development or at a terminal, else JSON. */
export function processLog({
  LOG_LEVEL,
  NODE_ENV,
}: Pick<Env, "LOG_LEVEL" | "NODE_ENV">): Log & { ready(): Promise<void> } {
  processGlobals.dossierLog ??= createLog({
    level: LOG_LEVEL,
    humanReadable: NODE_ENV === "development" || process.stdout.isTTY === true,
  });
  return processGlobals.dossierLog;
}

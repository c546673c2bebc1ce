import type { Env } from "../config/env";
import { createLog } from "./create-log";
import type { Log } from "./log";

// One per process: Next loads this module once per bundle, and the front's is another still.
const processGlobals = globalThis as typeof globalThis & { dossierLog?: ReturnType<typeof createLog> };

/** The log of a server: to standard output, for people in development and at a terminal, for programs everywhere else. */
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

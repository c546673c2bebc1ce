import { parseArgs } from "node:util";
import { rootCauseOf } from "../lib/storage/s3/errors";
import type { StorageCommandOptions } from "./storage/command-options";
import { limitHeap } from "./storage/limit-heap";

const USAGE = "npm run storage -- doctor|provision|sweep|reconcile [--json] [--dry-run] [--repair]";

/** Each command loads only its own modules, and returns the exit code. */
const COMMANDS: Record<string, (options: StorageCommandOptions) => Promise<number>> = {
  doctor: async (options) => (await import("./storage/doctor")).runDoctorCommand(options),
  provision: async (options) => (await import("./storage/provision")).runProvisionCommand(options),
  reconcile: async (options) => {
    limitHeap();
    return (await import("./storage/reconcile")).runReconcileCommand(options);
  },
  sweep: async (options) => (await import("./storage/sweep")).runSweepCommand(options),
};

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { json: { type: "boolean" }, "dry-run": { type: "boolean" }, repair: { type: "boolean" } },
  });
  const [name = ""] = positionals;
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (!command || positionals.length > 1) throw new Error(USAGE);
  const { json = false, "dry-run": dryRun = false, repair = false } = values;
  return command({ json, dryRun, repair });
}

/** Adds the message of the root cause, because "cannot be reached" does not say why. */
function formatError(error: Error): string {
  const cause = rootCauseOf(error);
  return cause instanceof Error && cause !== error
    ? `${error.message} (${cause.message || cause.name})`
    : error.message;
}

try {
  process.exitCode = await main();
} catch (error) {
  console.error(error instanceof Error ? formatError(error) : error);
  process.exitCode = 1;
}

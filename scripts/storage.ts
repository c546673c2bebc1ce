import { parseArgs } from "node:util";
import { rootCauseOf } from "../lib/storage/s3/errors";
import { limitHeap } from "./storage/limit-heap";

/** What `npm run storage -- <command>` may be told; a command says in words what it has no use for. */
export type StorageCommandOptions = { json: boolean; dryRun: boolean; repair: boolean };

const USAGE = "npm run storage -- doctor|provision|sweep|reconcile|trail [--json] [--dry-run] [--repair]";

/** Each command loads what it needs; the number is the exit code. */
const COMMANDS: Record<string, (options: StorageCommandOptions) => Promise<number>> = {
  doctor: async (options) => (await import("./storage/doctor")).runDoctorCommand(options),
  provision: async (options) => (await import("./storage/provision")).runProvisionCommand(options),
  reconcile: async (options) => {
    limitHeap();
    return (await import("./storage/reconcile")).runReconcileCommand(options);
  },
  sweep: async (options) => (await import("./storage/sweep")).runSweepCommand(options),
  trail: async (options) => (await import("./storage/trail")).runTrailCommand(options),
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

/** With what is behind it, where that says more: "cannot be reached" alone helps nobody. */
function formatError(thrown: Error): string {
  const inner = rootCauseOf(thrown);
  return inner instanceof Error && inner !== thrown
    ? `${thrown.message} (${inner.message || inner.name})`
    : thrown.message;
}

try {
  process.exitCode = await main();
} catch (thrown) {
  console.error(thrown instanceof Error ? formatError(thrown) : thrown);
  process.exitCode = 1;
}

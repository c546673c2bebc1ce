import { parseArgs } from "node:util";
import { innermost } from "../lib/storage/s3/errors";
import { keepHeapSmall } from "./storage/small-heap";

/** What `npm run storage -- <command>` may be told; a command says in words what it has no use for. */
export type StorageOptions = { json: boolean; dryRun: boolean; repair: boolean };

const USAGE = "npm run storage -- doctor|provision|sweep|reconcile|trail [--json] [--dry-run] [--repair]";

/** Each command loads what it needs; the number is the exit code. */
const COMMANDS: Record<string, (options: StorageOptions) => Promise<number>> = {
  doctor: async (options) => (await import("./storage/doctor")).doctor(options),
  provision: async (options) => (await import("./storage/provision")).provision(options),
  reconcile: async (options) => {
    keepHeapSmall();
    return (await import("./storage/reconcile")).reconcile(options);
  },
  sweep: async (options) => (await import("./storage/sweep")).sweep(options),
  trail: async (options) => (await import("./storage/trail")).trail(options),
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
function told(thrown: Error): string {
  const inner = innermost(thrown);
  return inner instanceof Error && inner !== thrown
    ? `${thrown.message} (${inner.message || inner.name})`
    : thrown.message;
}

try {
  process.exitCode = await main();
} catch (thrown) {
  console.error(thrown instanceof Error ? told(thrown) : thrown);
  process.exitCode = 1;
}

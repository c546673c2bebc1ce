import { parseArgs } from "node:util";
import { loadEnvFiles } from "../server/environment";

const USAGE = `npm run static -- publish [--to <folder> | --to s3] [--dry-run]
npm run static -- check [--at <origin>]`;

/**
 * Needs neither the database nor the media buckets: a pipeline has only the static bucket's
 * credentials.
 */
async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { to: { type: "string" }, at: { type: "string" }, "dry-run": { type: "boolean" } },
  });
  loadEnvFiles();
  const [command, ...extra] = positionals;
  const { to, at, "dry-run": dryRun = false } = values;
  // An unset variable becomes an empty name, and as a path that is the current folder.
  if (to === "" || at === "") throw new Error(USAGE);
  if (extra.length === 0 && command === "publish" && at === undefined)
    return (await import("./static/publish")).runStaticPublish({ to: to ?? "s3", dryRun });
  if (extra.length === 0 && command === "check" && to === undefined && !dryRun)
    return (await import("./static/check")).runStaticCheck({ at });
  throw new Error(USAGE);
}

try {
  process.exitCode = await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}

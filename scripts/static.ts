import { parseArgs } from "node:util";
import { loadEnvFiles } from "../server/environment";

const USAGE = `npm run static -- publish [--to <folder> | --to s3] [--dry-run]
npm run static -- check [--at <address>]`;

/** Knows neither database nor media: a pipeline that publishes needs the static bucket's credentials and no others. */
async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { to: { type: "string" }, at: { type: "string" }, "dry-run": { type: "boolean" } },
  });
  loadEnvFiles();
  const [command, ...more] = positionals;
  const { to, at, "dry-run": dryRun = false } = values;
  // An empty name is a variable that was not set; as a path it would be the folder that we are in.
  if (to === "" || at === "") throw new Error(USAGE);
  if (more.length === 0 && command === "publish" && at === undefined)
    return (await import("./static/publish")).runStaticPublish({ to: to ?? "s3", dryRun });
  if (more.length === 0 && command === "check" && to === undefined && !dryRun)
    return (await import("./static/check")).runStaticCheck({ at });
  throw new Error(USAGE);
}

try {
  process.exitCode = await main();
} catch (thrown) {
  console.error(thrown instanceof Error ? thrown.message : thrown);
  process.exitCode = 1;
}

import { parseArgs } from "node:util";
import { readBuildConfig } from "../../server/build-config";
import { startApp } from "../../server/start-app";

// node bin/dossier.mjs serve [--jobs]    serves the build of this bundle; --jobs also runs the jobs
try {
  const { values } = parseArgs({ options: { jobs: { type: "boolean" } } });
  // As Next's standalone server does: with these settings Next does not load its config code.
  process.env.__NEXT_PRIVATE_STANDALONE_CONFIG = JSON.stringify(readBuildConfig(process.env.ASSET_PREFIX));
  await startApp({ dev: false, runsJobs: values.jobs ?? false });
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}

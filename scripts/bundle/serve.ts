import { parseArgs } from "node:util";
import { readBuildConfig } from "../../server/build-config";
import { startApp } from "../../server/start-app";

// node bin/dossier.mjs serve [--jobs]    serves the build that is here; with --jobs it does the worker's work as well, as `npm start` does
try {
  const { values } = parseArgs({ options: { jobs: { type: "boolean" } } });
  // As Next's own standalone server has it: the settings of the build, and not the code that reads a file of them and knows of webpack.
  process.env.__NEXT_PRIVATE_STANDALONE_CONFIG = JSON.stringify(readBuildConfig(process.env.ASSET_PREFIX));
  await startApp({ dev: false, runsJobs: values.jobs ?? false });
} catch (thrown) {
  console.error(thrown instanceof Error ? thrown.message : thrown);
  process.exitCode = 1;
}

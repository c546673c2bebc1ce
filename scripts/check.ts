import { parseArgs } from "node:util";
import { exitCodeOf, formatReport } from "../lib/operations/deployment/report";
import { loadEnvFiles } from "../server/environment";
import { checkDeployment } from "./deployment-check/check-deployment";

// npm run check                              the settings alone
// npm run check -- --deploy [--at <address>] the deployment that they describe: database, storages, what is served
// --json says it for programs; --strict fails for warnings, too. Exit code: 0, 1 where something stands in the way, 2 where it could not look.
try {
  const { values } = parseArgs({
    options: {
      deploy: { type: "boolean" },
      at: { type: "string" },
      json: { type: "boolean" },
      strict: { type: "boolean" },
    },
  });
  const { deploy = false, at, json = false, strict = false } = values;
  loadEnvFiles();
  const report = await checkDeployment({ deploy, at });
  console.log(json ? JSON.stringify(report, null, 2) : formatReport(report));
  process.exitCode = exitCodeOf(report, { strict });
} catch (thrown) {
  console.error(thrown instanceof Error ? thrown.message : thrown);
  process.exitCode = 2;
}

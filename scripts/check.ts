import { parseArgs } from "node:util";
import { exitCodeOf, formatReport, toDeploymentJson } from "../lib/operations/deployment/report";
import { loadEnvFiles } from "../server/environment";
import { checkDeployment } from "./deployment-check/check-deployment";

// npm run check                             checks only the settings
// npm run check -- --deploy [--at <origin>] checks the deployment: database, storages, site
// --json prints JSON; with --strict warnings fail, too.
// Exit code: 0; 1 if an error blocks the deployment; 2 if the check could not run.
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
  console.log(json ? JSON.stringify(toDeploymentJson(report), null, 2) : formatReport(report));
  process.exitCode = exitCodeOf(report, { strict });
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 2;
}

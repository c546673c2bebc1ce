import { parseArgs } from "node:util";
import { exitCode, printed } from "../lib/deployment/report";
import { check } from "./check/check";
import { readSettings } from "./surroundings";

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
  readSettings();
  const report = await check({ deploy, at });
  console.log(json ? JSON.stringify(report, null, 2) : printed(report));
  process.exitCode = exitCode(report, { strict });
} catch (thrown) {
  console.error(thrown instanceof Error ? thrown.message : thrown);
  process.exitCode = 2;
}

import { buildAndPublish } from "../server/build";
import { findChromium } from "../tests/support/chromium";
import { ownCeph } from "./testing/own-ceph";
import { runProgram } from "./testing/programs";

// npm run e2e [-- <spec> and other arguments of Playwright]: journeys on local storage; --project
//   s3 adds an S3 store.
const args = process.argv.slice(2);
const ceph = await ownCeph();
try {
  await buildAndPublish();
  const projects = args.includes("--project") ? [] : ["--project", "local"];
  process.exitCode = await runProgram(
    ["node_modules/@playwright/test/cli.js", "test", ...projects, ...args],
    {
      CHROMIUM: findChromium() ?? "",
    },
  );
} finally {
  await ceph.stop();
}

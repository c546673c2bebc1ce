import { buildAndPublish } from "../server/build";
import { findChromium } from "../tests/support/chromium";
import { ownCeph } from "./testing/own-ceph";
import { runProgram } from "./testing/programs";

// npm run e2e [-- <spec> and other arguments of Playwright]
// Journeys run on local storage. With --project=s3 they run on an S3 store.
const args = process.argv.slice(2);
const ceph = await ownCeph();
try {
  await buildAndPublish();
  const isLocal = !args.some((arg) => arg.startsWith("--project"));
  process.exitCode = await runProgram(["node_modules/@playwright/test/cli.js", "test", ...args], {
    CHROMIUM: findChromium() ?? "",
    ...(isLocal ? { TEST_WITHOUT: "s3,r2" } : {}),
  });
} finally {
  await ceph.stop();
}

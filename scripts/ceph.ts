import {
  cephLocationFromEnv,
  isRunning,
  resetCeph,
  startCeph,
  stopCeph,
  testStoreAt,
} from "../tests/stores/ceph";
import { installCeph } from "../tests/stores/ceph-packages";

// tsx scripts/ceph.ts start|stop|kill9|status|reset: runs Ceph, a real S3 store, for tests on
// loopback. Prints its URL and credentials as JSON.
const location = cephLocationFromEnv();
const command = process.argv[2] ?? "";

if (command === "start") {
  const missing = await installCeph();
  if (missing === null) await startCeph(location);
  printStatus(missing === null ? await isRunning(location) : false, missing);
} else if (command === "status") printStatus(await isRunning(location));
else if (command === "stop") await stopCeph(location).then(() => printStatus(false));
else if (command === "kill9") await stopCeph(location, "SIGKILL").then(() => printStatus(false));
else if (command === "reset") await resetCeph(location).then(() => printStatus(false));
else {
  console.error("usage: tsx scripts/ceph.ts start|stop|kill9|status|reset");
  process.exitCode = 2;
}

function printStatus(running: boolean, skipped: string | null = null): void {
  console.log(
    JSON.stringify({ running, ...testStoreAt(location), ...(skipped === null ? {} : { skipped }) }),
  );
  if (skipped !== null) process.exitCode = 3;
}

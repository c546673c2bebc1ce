import { cephPlace, isUp, resetCeph, startCeph, stopCeph, storeAt } from "../lib/storage/testing/ceph";
import { installCeph } from "../lib/storage/testing/ceph-packages";

// tsx scripts/ceph.ts start|stop|kill9|status|reset: a real S3 on loopback for tests; says as JSON where it is and with which keys.
const place = cephPlace();
const command = process.argv[2] ?? "";

if (command === "start") {
  const missing = await installCeph();
  if (missing === null) await startCeph(place);
  report(missing === null ? await isUp(place) : false, missing);
} else if (command === "status") report(await isUp(place));
else if (command === "stop") await stopCeph(place).then(() => report(false));
else if (command === "kill9") await stopCeph(place, "SIGKILL").then(() => report(false));
else if (command === "reset") await resetCeph(place).then(() => report(false));
else {
  console.error("usage: tsx scripts/ceph.ts start|stop|kill9|status|reset");
  process.exitCode = 2;
}

function report(running: boolean, skipped: string | null = null): void {
  console.log(JSON.stringify({ running, ...storeAt(place), ...(skipped === null ? {} : { skipped }) }));
  if (skipped !== null) process.exitCode = 3;
}

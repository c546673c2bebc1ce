import { mkdirSync } from "node:fs";
import { buildAndPublish } from "../../server/build";
import { deleteDataDirAndCluster } from "../../server/postgres/cluster";
import { startApp } from "../../server/start-app";
import { createTestBuckets } from "../stores/buckets";
import { leaseBucketPair, startR2 } from "../stores/r2";
import { s3Environment, type TestStoreWithBuckets } from "../stores/s3-environment";
import { openTestStore } from "../stores/test-store";

// tsx tests/support/e2e-server.ts local|s3|r2    serves the application for the browser tests
// Uses PORT and an empty DATA_DIR, which playwright.config.ts sets.
const STORAGE_SETTINGS: Record<string, () => Promise<Record<string, string>>> = {
  local: async () => ({ STORAGE: "local" }),
  s3: async () => s3Environment(await createBuckets()),
  r2: async () => s3Environment(leaseBucketPair(await startR2(1))),
};
const storage = STORAGE_SETTINGS[process.argv[2] ?? ""];
const dataDir = process.env.DATA_DIR;
const port = process.env.PORT;
if (!storage || !dataDir || !port) {
  throw new Error("Usage: PORT=… DATA_DIR=… tsx tests/support/e2e-server.ts local|s3|r2");
}
await deleteDataDirAndCluster(dataDir);
mkdirSync(dataDir, { recursive: true, mode: 0o711 });
const appUrl = `http://localhost:${port}`;
const settings: Record<string, string> = {
  APP_URL: appUrl,
  DEMO: "off",
  DATABASE_URL: "",
  AUTH_SECRET: "",
  // Attempts are limited per IP address, so a browser test may send its own address.
  TRUSTED_PROXIES: "1",
  ...(await storage()),
};
Object.assign(process.env, settings);
await startApp({ dev: false, beforeStart: async () => void (await buildAndPublish()) });

async function createBuckets(): Promise<TestStoreWithBuckets> {
  const store = await openTestStore();
  if ("skipped" in store) throw new Error(store.skipped);
  // Browser tests may use another port, where a proxy records the requests.
  const buckets = await createTestBuckets(store, { origins: ["http://localhost:*"], prefix: "dossier-e2e" });
  return { ...store, publicBucket: buckets.publicBucket, privateBucket: buckets.privateBucket };
}

import { mkdirSync } from "node:fs";
import { createTestBuckets } from "../../lib/storage/testing/buckets";
import { leasePair, startR2 } from "../../lib/storage/testing/r2";
import { s3Environment, type TestPlace } from "../../lib/storage/testing/s3-environment";
import { testStore } from "../../lib/storage/testing/test-store";
import { application } from "../application";
import { build } from "../build";
import { destroy } from "../postgres/cluster";

// tsx scripts/testing/e2e-server.ts local|s3|r2: the application as people meet it, in an empty DATA_DIR on PORT, for
// playwright.config.ts, which sets both.
const STORAGES: Record<string, () => Promise<Record<string, string>>> = {
  local: async () => ({ STORAGE: "local" }),
  s3: async () => s3Environment(await buckets()),
  r2: async () => s3Environment(leasePair(await startR2(1))),
};
const storage = STORAGES[process.argv[2] ?? ""];
const dataDir = process.env.DATA_DIR;
const port = process.env.PORT;
if (!storage || !dataDir || !port) {
  throw new Error("usage: PORT=… DATA_DIR=… tsx scripts/testing/e2e-server.ts local|s3|r2");
}
await destroy(dataDir);
mkdirSync(dataDir, { recursive: true, mode: 0o711 });
const appUrl = `http://localhost:${port}`;
const settings: Record<string, string> = {
  APP_URL: appUrl,
  DEMO: "off",
  DATABASE_URL: "",
  AUTH_SECRET: "",
  // Tries are counted per address: a journey may come from one of its own.
  TRUSTED_PROXIES: "1",
  ...(await storage()),
};
Object.assign(process.env, settings);
await application({ dev: false, before: async () => void (await build()) });

async function buckets(): Promise<TestPlace> {
  const store = await testStore();
  if ("skipped" in store) throw new Error(store.skipped);
  // Journeys may come by another port of this machine, where something counts what passes.
  const made = await createTestBuckets(store, { origins: ["http://localhost:*"], prefix: "dossier-e2e" });
  return { ...store, publicBucket: made.publicBucket, privateBucket: made.privateBucket };
}

import { mkdirSync } from "node:fs";
import { createTestBuckets } from "../../lib/storage/testing/buckets";
import { testStore } from "../../lib/storage/testing/test-store";
import { application } from "../application";
import { build } from "../build";
import { destroy } from "../postgres/cluster";

// tsx scripts/testing/e2e-server.ts local|s3: the application as people meet it, in an empty DATA_DIR on PORT, for
// playwright.config.ts, which sets both.
const storage = process.argv[2];
const dataDir = process.env.DATA_DIR;
const port = process.env.PORT;
if ((storage !== "local" && storage !== "s3") || !dataDir || !port) {
  throw new Error("usage: PORT=… DATA_DIR=… tsx scripts/testing/e2e-server.ts local|s3");
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
  STORAGE: storage,
  ...(storage === "s3" ? await s3Settings() : {}),
};
Object.assign(process.env, settings);
await application({ dev: false, before: async () => void (await build()) });

async function s3Settings(): Promise<Record<string, string>> {
  const store = await testStore();
  if ("skipped" in store) throw new Error(store.skipped);
  // Journeys may come by another port of this machine, where something counts what passes.
  const buckets = await createTestBuckets(store, { origins: ["http://localhost:*"], prefix: "dossier-e2e" });
  return {
    S3_ENDPOINT: store.endpoint,
    S3_REGION: store.region,
    S3_ACCESS_KEY_ID: store.accessKeyId,
    S3_SECRET_ACCESS_KEY: store.secretAccessKey,
    S3_FORCE_PATH_STYLE: "true",
    STORAGE_PUBLIC_BUCKET: buckets.publicBucket,
    STORAGE_PRIVATE_BUCKET: buckets.privateBucket,
  };
}

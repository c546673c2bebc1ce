import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createTestBuckets } from "../stores/buckets";
import { leaseBucketPair, runningR2 } from "../stores/r2";
import { s3Environment } from "../stores/s3-environment";
import { openTestStore } from "../stores/test-store";
import { createTestDatabase, type TestDatabase } from "./database";

export type TestEnvironment = TestDatabase & { dataDir: string };

/**
 * Creates an empty database, data folder and storages for tests of route handlers, and sets
 * `process.env` to them. The storages are local, or buckets of the store in `TEST_STORAGE` (`s3` or
 * `r2`). Call it in `beforeAll`, before the first `env()`, which reads the environment once. Each
 * test file runs in its own process.
 */
export async function createTestEnvironment(
  overrides: Record<string, string> = {},
): Promise<TestEnvironment> {
  const [database, storage] = await Promise.all([
    createTestDatabase(),
    (STORAGE_KINDS[process.env.TEST_STORAGE ?? ""] ?? prepareLocalStorage)(),
  ]);
  const dataDir = mkdtempSync(join(tmpdir(), "dossier-data-"));
  Object.assign(process.env, {
    APP_URL: "http://localhost:3000",
    AUTH_SECRET: "a secret that only tests know, long enough",
    DATABASE_URL: database.url,
    DATA_DIR: dataDir,
    LOG_LEVEL: "silent",
    ...storage.settings,
    ...overrides,
  });
  return {
    ...database,
    dataDir,
    drop: async () => {
      await database.drop();
      await storage.remove();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

type TestStorage = { settings: Record<string, string>; remove(): Promise<void> };

async function prepareLocalStorage(): Promise<TestStorage> {
  return { settings: { STORAGE: "local" }, remove: async () => undefined };
}

async function prepareS3Storage(): Promise<TestStorage> {
  const store = await openTestStore();
  if ("skipped" in store) throw new Error(`The tests on S3 have no store: ${store.skipped}`);
  const { publicBucket, privateBucket, remove } = await createTestBuckets(store);
  return { settings: s3Environment({ ...store, publicBucket, privateBucket }), remove };
}

async function leaseR2Storage(): Promise<TestStorage> {
  const r2 = runningR2();
  if (!r2)
    throw new Error("The tests on R2 have no store: tests/support/global-setup.ts has not started it.");
  return { settings: s3Environment(leaseBucketPair(r2)), remove: async () => undefined };
}

const STORAGE_KINDS: Record<string, () => Promise<TestStorage>> = {
  s3: prepareS3Storage,
  r2: leaseR2Storage,
};

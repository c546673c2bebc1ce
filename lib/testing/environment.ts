import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createTestBuckets } from "../storage/testing/buckets";
import { testStore } from "../storage/testing/test-store";
import { type TestDb, testDb } from "./database";

export type TestEnvironment = TestDb & { dataDir: string };

/**
 * For tests of route handlers, which read `lib/env.ts`: a fresh database, an empty data folder and empty storages, named in `process.env` together
 * with a secret. The storages are local, or, where `TEST_STORAGE` says so, buckets of an S3 store. Call it in `beforeAll`, before the first
 * `env()`: what was read once stays. A test file runs in a process of its own, so nothing of this reaches another one.
 */
export async function testEnvironment(more: Record<string, string> = {}): Promise<TestEnvironment> {
  const [database, storage] = await Promise.all([
    testDb(),
    process.env.TEST_STORAGE === "s3" ? buckets() : folder(),
  ]);
  const dataDir = mkdtempSync(join(tmpdir(), "dossier-data-"));
  Object.assign(process.env, {
    APP_URL: "http://localhost:3000",
    AUTH_SECRET: "a secret that only tests know, long enough",
    DATABASE_URL: database.url,
    DATA_DIR: dataDir,
    ...storage.settings,
    ...more,
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

async function folder(): Promise<TestStorage> {
  return { settings: { STORAGE: "local" }, remove: async () => undefined };
}

async function buckets(): Promise<TestStorage> {
  const store = await testStore();
  if ("skipped" in store) throw new Error(`The tests of S3 mode have no store: ${store.skipped}`);
  const { publicBucket, privateBucket, remove } = await createTestBuckets(store);
  return {
    settings: {
      STORAGE: "s3",
      STORAGE_PUBLIC_BUCKET: publicBucket,
      STORAGE_PRIVATE_BUCKET: privateBucket,
      S3_ENDPOINT: store.endpoint,
      S3_REGION: store.region,
      S3_FORCE_PATH_STYLE: "true",
      S3_ACCESS_KEY_ID: store.accessKeyId,
      S3_SECRET_ACCESS_KEY: store.secretAccessKey,
    },
    remove,
  };
}

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestDb, testDb } from "./database";

export type TestEnvironment = TestDb & { dataDir: string };

/**
 * For tests of route handlers, which read `lib/env.ts`: a fresh database and an empty data folder, named in `process.env`
 * together with local storage and a secret. Call it in `beforeAll`, before the first `env()`: what was read once stays.
 * A test file runs in a process of its own, so nothing of this reaches another one.
 */
export async function testEnvironment(more: Record<string, string> = {}): Promise<TestEnvironment> {
  const database = await testDb();
  const dataDir = mkdtempSync(join(tmpdir(), "dossier-data-"));
  Object.assign(process.env, {
    APP_URL: "http://localhost:3000",
    AUTH_SECRET: "a secret that only tests know, long enough",
    DATABASE_URL: database.url,
    DATA_DIR: dataDir,
    STORAGE: "local",
    ...more,
  });
  return {
    ...database,
    dataDir,
    drop: async () => {
      await database.drop();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

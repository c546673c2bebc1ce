import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createDb } from "../../lib/db/client";
import { createTestBuckets, type TestBuckets } from "../stores/buckets";
import { type FaultProxy, startFaultProxy } from "../stores/fault-proxy";
import { s3Environment } from "../stores/s3-environment";
import { openTestStore } from "../stores/test-store";
import { ApiClient } from "../support/api-client";
import { samplePdf } from "../support/app/documents";
import { createTestDatabase, type TestDatabase } from "../support/database";
import { type RunningSite, startRunningSite } from "../support/running-site";

const store = await openTestStore();

describe.skipIf("skipped" in store)("a server with a slow store", () => {
  let buckets: TestBuckets;
  let storeProxy: FaultProxy;
  let database: TestDatabase;
  let dataDir: string;
  let site: RunningSite;

  beforeAll(async () => {
    if ("skipped" in store) return;
    buckets = await createTestBuckets(store);
    storeProxy = await startFaultProxy(new URL(store.endpoint));
    database = await createTestDatabase();
    dataDir = mkdtempSync(join(tmpdir(), "dossier-background-"));
    site = await startRunningSite({
      ...s3Environment({ ...store, ...buckets, endpoint: storeProxy.url }),
      S3_BROWSER_ENDPOINT: store.endpoint,
      DATABASE_URL: database.url,
      DATA_DIR: dataDir,
    });
  }, 600_000);

  afterAll(async () => {
    site?.process.kill("SIGKILL");
    await site?.exited;
    await storeProxy?.close();
    await database?.drop();
    await buckets?.remove();
    if (dataDir) rmSync(dataDir, { recursive: true, force: true });
  });

  test("after SIGTERM finishes a completion that runs in the background", async () => {
    const ada = new ApiClient(site.url);
    await ada.signUp();
    const { id } = await ada.sendBytes("medicalLetter", "application/pdf", await samplePdf());
    await storeProxy.set({ kind: "delay", milliseconds: 1200 });
    const response = await ada.request("POST", `/api/uploads/${id}/complete`, {});
    expect([response.status, await response.json()]).toEqual([202, { id, state: "inspecting" }]);
    site.process.kill("SIGTERM");
    expect(await site.exited).toBe(0);
    const db = createDb(database.url, { connections: 1 });
    const { state, fileId } = await db.upload.findUniqueOrThrow({ where: { id } });
    await db.$disconnect();
    expect({ state, fileId }).toEqual({ state: "completed", fileId: expect.any(String) });
  });
});

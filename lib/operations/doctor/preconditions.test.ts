import { lookup } from "node:dns/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { systemClock } from "../../clock";
import { findFinding } from "./testing/report-lookup";
import { type ScriptedStore, startScriptedStore } from "../../../tests/stores/scripted-store";
import { preconditionChecks } from "./preconditions";
import { runDoctor } from "./run-doctor";
import { openProbe } from "./probe-context";

let store: ScriptedStore;
beforeAll(async () => {
  store = await startScriptedStore([]);
});
afterAll(() => store.close());

const reached = async (changed: object) => {
  const storage = {
    driver: "s3",
    buckets: { public: "pictures", private: "papers" },
    region: "us-east-1",
    endpoint: `http://localhost:${new URL(store.url).port}`,
    forcePathStyle: false,
    credentials: { accessKeyId: "id", secretAccessKey: "secret" },
    ...changed,
  } as const;
  const given = { storage, appUrl: "http://localhost:3000", uploadTtl: 3600, maxUploadSeconds: 90_000 };
  return findFinding(await runDoctor(given, systemClock, process.cwd()), "reach");
};

test("keys of this machine are not taken for those of the role that was meant", async () => {
  const taken = await startScriptedStore(
    Array.from({ length: 9 }, () => ({ headers: { server: "scripted" }, body: "<ListBucketResult/>" })),
  );
  const credentials = { accessKeyId: "id", secretAccessKey: "secret" };
  const buckets = { public: "pictures", private: "papers" };
  const place = { buckets, region: "us-east-1", endpoint: taken.url, forcePathStyle: true, credentials };
  const storage = { driver: "s3", ...place } as const;
  const given = { storage, appUrl: "http://localhost:3000", uploadTtl: 3600, maxUploadSeconds: 90_000 };
  const keysOf = async (roleUntaken: boolean) => {
    const patient = await openProbe({ ...given, isRoleNotAssumed: roleUntaken }, storage, systemClock);
    const [keys] = preconditionChecks(patient).filter(({ check }) => check === "credentials");
    const verdict = await keys?.run();
    patient.connection.client.destroy();
    return verdict;
  };
  expect(await keysOf(true)).toMatchObject({
    outcome: "warning",
    found: expect.stringContaining("the keys of this machine, not of the role"),
  });
  expect(await keysOf(false)).toMatchObject({ outcome: "passed" });
  await taken.close();
});

test("a store without a name for each bucket is asked for by path", async ({ skip }) => {
  const found = await lookup("papers.localhost").catch(() => null);
  if (found) skip("This machine knows every name below localhost.");
  expect((await reached({}))?.fix).toContain("S3_FORCE_PATH_STYLE=true");
});

test("a store whose own name is not known is looked for by that", async () => {
  const nowhere = "http://store.invalid:9000";
  expect((await reached({ endpoint: nowhere }))?.fix).toContain("S3_ENDPOINT is right");
  expect((await reached({ forcePathStyle: true, endpoint: nowhere }))?.fix).toContain(
    "S3_ENDPOINT is right",
  );
  const browser = { browserEndpoint: nowhere };
  expect((await reached(browser))?.fix).toContain("S3_BROWSER_ENDPOINT is right");
});

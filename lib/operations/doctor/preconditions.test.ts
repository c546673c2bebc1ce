import { lookup } from "node:dns/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type ScriptedStore, startScriptedStore } from "../../../tests/stores/scripted-store";
import { systemClock } from "../../clock";
import { preconditionChecks } from "./preconditions";
import { openProbe } from "./probe-context";
import { runDoctor } from "./run-doctor";
import { findingOfCheck } from "./testing/report-lookup";

let store: ScriptedStore;
beforeAll(async () => {
  store = await startScriptedStore([]);
});
afterAll(() => store.close());

const input = { appUrl: "http://localhost:3000", uploadTtl: 3600, maxUploadSeconds: 90_000 };
const settings = {
  driver: "s3",
  buckets: { public: "pictures", private: "papers" },
  region: "us-east-1",
  credentials: { accessKeyId: "id", secretAccessKey: "secret" },
} as const;

const reachWith = async (overrides: object) => {
  const endpoint = `http://localhost:${new URL(store.url).port}`;
  const storage = { ...settings, endpoint, forcePathStyle: false, ...overrides };
  return findingOfCheck(await runDoctor({ ...input, storage }, systemClock, process.cwd()), "reach");
};

test("warns if the credentials are not those of the configured role", async () => {
  const accepting = await startScriptedStore(
    Array.from({ length: 9 }, () => ({ headers: { server: "scripted" }, body: "<ListBucketResult/>" })),
  );
  const storage = { ...settings, endpoint: accepting.url, forcePathStyle: true };
  const credentialsWith = async (isRoleNotAssumed: boolean) => {
    const context = await openProbe({ ...input, storage, isRoleNotAssumed }, storage, systemClock);
    const [credentials] = preconditionChecks(context).filter(({ check }) => check === "credentials");
    const result = await credentials?.run();
    context.connection.client.destroy();
    return result;
  };
  expect(await credentialsWith(true)).toMatchObject({
    outcome: "warning",
    found: expect.stringContaining("the credentials of this machine, not of the role"),
  });
  expect(await credentialsWith(false)).toMatchObject({ outcome: "passed" });
  await accepting.close();
});

test("recommends path style if DNS knows no name for the bucket", async ({ skip }) => {
  const address = await lookup("papers.localhost").catch(() => null);
  if (address) skip("This machine resolves every name under localhost.");
  expect((await reachWith({}))?.fix).toContain("S3_FORCE_PATH_STYLE=true");
});

test("recommends to check the endpoint if DNS does not know it", async () => {
  const endpoint = "http://store.invalid:9000";
  expect((await reachWith({ endpoint }))?.fix).toContain("S3_ENDPOINT is right");
  expect((await reachWith({ forcePathStyle: true, endpoint }))?.fix).toContain("S3_ENDPOINT is right");
  expect((await reachWith({ browserEndpoint: endpoint }))?.fix).toContain("S3_BROWSER_ENDPOINT is right");
});

import { CreateBucketCommand, GetBucketLifecycleConfigurationCommand } from "@aws-sdk/client-s3";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type BucketFixture, openBucketFixture } from "../../../tests/stores/bucket-fixture";
import type { TestStore } from "../../../tests/stores/buckets";
import { startFaultProxy } from "../../../tests/stores/fault-proxy";
import { startLenientProxy } from "../../../tests/stores/lenient-proxy";
import { openTestStore, storeCapabilitiesFromEnv } from "../../../tests/stores/test-store";
import { systemClock } from "../../clock";
import { createStorages } from "../../storage/factory";
import { PROBE_PREFIX } from "../../storage/probe-prefix";
import type { Finding } from "../finding";
import { provision } from "../provision/provision";
import { leftoverChecks } from "./leftover-probes";
import { openProbe } from "./probe-context";
import { type DoctorReport, formatReport } from "./report";
import { runDoctor } from "./run-doctor";
import { failedChecks, findingOfCheck } from "./testing/report-lookup";

const store = await openTestStore();
const root = process.cwd();

if ("skipped" in store) test("the doctor checks an S3 store", ({ skip }) => skip(store.skipped));
else describe("the doctor", () => doctor(store));

async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const collected: T[] = [];
  for await (const item of items) collected.push(item);
  return collected;
}

function doctor(store: TestStore): void {
  let fixture: BucketFixture;
  beforeAll(async () => {
    fixture = openBucketFixture(store);
    await provision(fixture.provisionInput, { dryRun: false });
  });
  afterAll(() => fixture.remove());

  const check = (overrides = {}, clock = systemClock) =>
    runDoctor(fixture.doctorInputWith(overrides), clock, root);

  describe("of provisioned buckets", () => {
    let report: DoctorReport;
    beforeAll(async () => {
      report = await check();
    });

    test("passes every check", () => {
      expect(report.findings.filter(({ outcome }) => outcome !== "passed")).toEqual([]);
      expect(report.healthy).toBe(true);
      expect(report.findings.length).toBeGreaterThan(30);
    });

    test("leaves nothing in the buckets", async () => {
      const storages = createStorages(fixture.settings, systemClock);
      for (const storage of Object.values(storages)) {
        expect(await collect(storage.list(""))).toEqual([]);
        expect(await collect(storage.listMultipartUploads(""))).toEqual([]);
      }
    });

    test("reports which checksums the store compares", () => {
      const supported = new Map(
        report.capabilities.map((capability) => [capability.name, capability.supported]),
      );
      const { enforcesChecksum, enforcesPartChecksum } = storeCapabilitiesFromEnv();
      expect(supported.get("checksum")).toBe(enforcesChecksum);
      expect(supported.get("part-checksum")).toBe(enforcesPartChecksum);
      expect(supported.get("create-only")).toBe(true);
      for (const { means } of report.capabilities) expect(means).not.toBe("");
    });
  });

  describe("reports one error that blocks all other checks:", () => {
    const onlyError = (report: DoctorReport, name: string): Finding => {
      expect(failedChecks(report)).toEqual([name]);
      expect(report.findings.at(-1)).toMatchObject({ check: "rest", outcome: "untested" });
      expect(report.healthy).toBe(false);
      const finding = findingOfCheck(report, name);
      if (!finding?.fix) throw new Error("The finding has no fix.");
      return finding;
    };
    const credentialsWith = (overrides: object) => ({
      credentials: { accessKeyId: store.accessKeyId, secretAccessKey: store.secretAccessKey, ...overrides },
    });

    test("a wrong secret key", async () => {
      const report = await check(credentialsWith({ secretAccessKey: "another" }));
      const { found, fix } = onlyError(report, "credentials");
      expect(found).toBe("The store rejects the signature.");
      expect(fix).toContain("S3_SECRET_ACCESS_KEY");
    });

    test("an unknown access key", async () => {
      const { fix } = onlyError(await check(credentialsWith({ accessKeyId: "unknown" })), "credentials");
      expect(fix).toContain("S3_ACCESS_KEY_ID");
    });

    test("missing credentials", async () => {
      const credentials = async () => Promise.reject(new Error("Not this role"));
      const { found } = onlyError(await check({ credentials }), "credentials");
      expect(found).toContain("Not this role");
    });

    test.each([
      ["behind", -20],
      ["ahead of", 20],
    ])("a clock %s the store's", async (direction, minutes) => {
      const clock = { now: () => new Date(Date.now() + minutes * 60_000) };
      const { found, fix } = onlyError(await check({}, clock), "clock");
      expect(found).toBe(`This machine is 20 minutes ${direction} the store.`);
      expect(fix).toContain("NTP");
    });

    test("a missing bucket", async () => {
      const buckets = { ...fixture.settings.buckets, public: "dossier-test-nowhere" };
      const { found, fix } = onlyError(await check({ buckets }), "buckets");
      expect(found).toBe("There is no bucket dossier-test-nowhere.");
      expect(fix).toContain("provision");
    });

    test("one bucket with two purposes", async () => {
      const buckets = { public: fixture.settings.buckets.private, private: fixture.settings.buckets.private };
      expect(onlyError(await check({ buckets }), "buckets").found).toContain("one and the same");
    });

    test.each(["refuse", "reset", "silence"] as const)(
      "an unreachable store (%s), within five seconds",
      async (kind) => {
        const proxy = await startFaultProxy(new URL(store.endpoint));
        await proxy.set({ kind });
        const start = performance.now();
        const report = await check({ endpoint: proxy.url });
        expect(performance.now() - start).toBeLessThan(6500);
        expect(onlyError(report, "reach").fix).toContain("S3_ENDPOINT");
        await proxy.close();
      },
    );

    test("a wrong URL for browsers", async () => {
      const proxy = await startFaultProxy(new URL(store.endpoint));
      await proxy.set({ kind: "refuse" });
      const report = await check({ browserEndpoint: proxy.url });
      expect(onlyError(report, "reach").fix).toContain("S3_BROWSER_ENDPOINT");
    });
  });

  test("fails every signature check of a store that verifies nothing", async () => {
    const proxy = await startLenientProxy(new URL(store.endpoint));
    const report = await check({ endpoint: proxy.url });
    await proxy.close();
    expect(failedChecks(report)).toEqual(
      expect.arrayContaining([
        "private-unreadable",
        "unwritable",
        "undestroyable",
        "ticket-length",
        "ticket-open-length",
        "ticket-type",
        "ticket-key",
        "ticket-checksum",
        "ticket-method",
        "ticket-signature",
        "ticket-end",
        "part-length",
        "read-address",
      ]),
    );
  });

  test.each([
    ["is missing", "dossier-test-nowhere", "warning", "cannot be tested"],
    ["accepts the application's credentials", "", "warning", "put scripts on the application's pages"],
  ] as const)("warns of a static bucket that %s", async (_, name, outcome, message) => {
    const staticFixture = openBucketFixture(store);
    const { private: created } = staticFixture.settings.buckets;
    if (!name) await staticFixture.client.send(new CreateBucketCommand({ Bucket: created }));
    const staticBucket = { ...fixture.settings, bucket: name || created };
    const report = await runDoctor({ ...fixture.doctorInputWith(), staticBucket }, systemClock, root);
    await staticFixture.remove();
    expect(report.healthy).toBe(true);
    expect(findingOfCheck(report, "static-apart")).toMatchObject({
      outcome,
      found: expect.stringContaining(message),
    });
  });

  test("removes objects of a killed doctor, but not of a running one", async () => {
    const { private: storage } = createStorages(fixture.settings, systemClock);
    const key = `${PROBE_PREFIX}killed/probe`;
    await storage.put(key, Buffer.from("x"), { type: "text/plain", size: 1 });
    await storage.createMultipartUpload(`${PROBE_PREFIX}killed/parts`, { type: "text/plain" });
    await check();
    expect(await storage.stat(key)).not.toBeNull();
    const later = { now: () => new Date(Date.now() + 11 * 60_000) };
    const context = await openProbe(fixture.doctorInputWith(), fixture.settings, later);
    for (const { run } of leftoverChecks(context)) expect((await run()).outcome).toBe("passed");
    expect(await storage.stat(key)).toBeNull();
    expect(await collect(storage.listMultipartUploads(PROBE_PREFIX))).toEqual([]);
  });

  test("does not change the settings of the buckets", async () => {
    const command = new GetBucketLifecycleConfigurationCommand({ Bucket: fixture.settings.buckets.private });
    const { Rules: before } = await fixture.client.send(command);
    await check();
    expect((await fixture.client.send(command)).Rules).toEqual(before);
    const { steps } = await provision(fixture.provisionInput, { dryRun: false });
    expect(steps.map(({ outcome }) => outcome)).not.toContain("changed");
  });

  test("prints errors with their fix, and no secret", async () => {
    const buckets = { ...fixture.settings.buckets, public: "dossier-test-nowhere" };
    const text = formatReport(await check({ buckets }));
    expect(text).toContain("ok     The store accepts the credentials.");
    expect(text).toContain(
      "ERROR  The buckets exist and are distinct\n       There is no bucket dossier-test-nowhere.\n       Fix: ",
    );
    expect(text.split("\n").at(-1)).toBe("1 error, 1 not tested.");
    expect(text).not.toContain(store.secretAccessKey);
  });
}

import { CreateBucketCommand, GetBucketLifecycleConfigurationCommand } from "@aws-sdk/client-s3";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { systemClock } from "../../clock";
import { createStorages } from "../../storage/factory";
import { PROBE_PREFIX } from "../../storage/probe-prefix";
import { provision } from "../provision/provision";
import type { TestStore } from "../../../tests/stores/buckets";
import { findFinding, failedChecks } from "./testing/report-lookup";
import { startFaultProxy } from "../../../tests/stores/fault-proxy";
import { startLenientProxy } from "../../../tests/stores/lenient-proxy";
import { storeCapabilitiesFromEnv, openTestStore } from "../../../tests/stores/test-store";
import { openBucketFixture, type BucketFixture } from "../../../tests/stores/bucket-fixture";
import { runDoctor } from "./run-doctor";
import { leftoverChecks } from "./leftover-probes";
import { openProbe } from "./probe-context";
import { formatReport } from "./format-report";
import type { Finding, DoctorReport } from "./report";

const store = await openTestStore();
const root = process.cwd();

if ("skipped" in store) test("the doctor looks at an S3 store", ({ skip }) => skip(store.skipped));
else describe("the doctor", () => doctor(store));

async function collected<T>(all: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const each of all) found.push(each);
  return found;
}

function doctor(store: TestStore): void {
  let ward: BucketFixture;
  beforeAll(async () => {
    ward = openBucketFixture(store);
    await provision(ward.provisionInput, { dryRun: false });
  });
  afterAll(() => ward.remove());

  const look = (changed = {}, clock = systemClock) => runDoctor(ward.doctorInputWith(changed), clock, root);

  describe("finds buckets as provisioning leaves them", () => {
    let report: DoctorReport;
    beforeAll(async () => {
      report = await look();
    });

    test("healthy, in every point", () => {
      expect(report.findings.filter(({ outcome }) => outcome !== "passed")).toEqual([]);
      expect(report.healthy).toBe(true);
      expect(report.findings.length).toBeGreaterThan(30);
    });

    test("with nothing of its own left in them", async () => {
      const storages = createStorages(ward.settings, systemClock);
      for (const storage of Object.values(storages)) {
        expect(await collected(storage.list(""))).toEqual([]);
        expect(await collected(storage.listMultipartUploads(""))).toEqual([]);
      }
    });

    test("and says what this store compares, by having tried", () => {
      const held = new Map(report.capabilities.map(({ name, supported: held }) => [name, held]));
      const { enforcesChecksum, enforcesPartChecksum } = storeCapabilitiesFromEnv();
      expect(held.get("checksum")).toBe(enforcesChecksum);
      expect(held.get("part-checksum")).toBe(enforcesPartChecksum);
      expect(held.get("create-only")).toBe(true);
      for (const { means } of report.capabilities) expect(means).not.toBe("");
    });
  });

  describe("names what keeps everything else from being tried, alone:", () => {
    const alone = (report: DoctorReport, check: string): Finding => {
      expect(failedChecks(report)).toEqual([check]);
      expect(report.findings.at(-1)).toMatchObject({ check: "rest", outcome: "untested" });
      expect(report.healthy).toBe(false);
      const found = findFinding(report, check);
      if (!found?.fix) throw new Error("It does not say how to mend it.");
      return found;
    };
    const keys = (changed: object) => ({
      credentials: { accessKeyId: store.accessKeyId, secretAccessKey: store.secretAccessKey, ...changed },
    });

    test("a wrong secret", async () => {
      const { found, fix: mend } = alone(await look(keys({ secretAccessKey: "another" })), "credentials");
      expect(found).toBe("The store finds our signature wrong.");
      expect(mend).toContain("S3_SECRET_ACCESS_KEY");
    });

    test("a key that the store has never given out", async () => {
      const { fix: mend } = alone(await look(keys({ accessKeyId: "nobody" })), "credentials");
      expect(mend).toContain("S3_ACCESS_KEY_ID");
    });

    test("no keys at all", async () => {
      const credentials = async () => Promise.reject(new Error("Not this role"));
      const { found } = alone(await look({ credentials }), "credentials");
      expect(found).toContain("Not this role");
    });

    test.each([
      ["behind", -20],
      ["ahead of", 20],
    ])("a clock that is %s the store's", async (words, minutes) => {
      const clock = { now: () => new Date(Date.now() + minutes * 60_000) };
      const { found, fix: mend } = alone(await look({}, clock), "clock");
      expect(found).toBe(`This machine is 20 minutes ${words} the store.`);
      expect(mend).toContain("NTP");
    });

    test("a bucket that is not there", async () => {
      const buckets = { ...ward.settings.buckets, public: "dossier-ward-nowhere" };
      const { found, fix: mend } = alone(await look({ buckets }), "buckets");
      expect(found).toBe("There is no bucket dossier-ward-nowhere.");
      expect(mend).toContain("provision");
    });

    test("one bucket for both", async () => {
      const buckets = { public: ward.settings.buckets.private, private: ward.settings.buckets.private };
      expect(alone(await look({ buckets }), "buckets").found).toContain("one and the same");
    });

    test.each(["refuse", "reset", "silence"] as const)(
      "a store that is not reached (%s), within five seconds",
      async (kind) => {
        const proxy = await startFaultProxy(new URL(store.endpoint));
        await proxy.set({ kind });
        const start = performance.now();
        const report = await look({ endpoint: proxy.url });
        expect(performance.now() - start).toBeLessThan(6500);
        expect(alone(report, "reach").fix).toContain("S3_ENDPOINT");
        await proxy.close();
      },
    );

    test("an address for browsers that leads nowhere", async () => {
      const proxy = await startFaultProxy(new URL(store.endpoint));
      await proxy.set({ kind: "refuse" });
      const report = await look({ browserEndpoint: proxy.url });
      expect(alone(report, "reach").fix).toContain("S3_BROWSER_ENDPOINT");
    });
  });

  test("does not trust a store that verifies nothing, and says of each promise that it is broken", async () => {
    const proxy = await startLenientProxy(new URL(store.endpoint));
    const report = await look({ endpoint: proxy.url });
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
    ["nothing there", "dossier-ward-nowhere", "warning", "cannot be tried"],
    ["our keys write", "", "warning", "put scripts on our pages"],
  ] as const)("says of the static bucket, with %s, what is so", async (_, name, outcome, words) => {
    const staticWard = openBucketFixture(store);
    const { private: made } = staticWard.settings.buckets;
    if (!name) await staticWard.client.send(new CreateBucketCommand({ Bucket: made }));
    const statics = { ...ward.settings, bucket: name || made };
    const report = await runDoctor({ ...ward.doctorInputWith(), staticBucket: statics }, systemClock, root);
    await staticWard.remove();
    expect(report.healthy).toBe(true);
    expect(findFinding(report, "static-apart")).toMatchObject({ outcome, found: expect.stringContaining(words) });
  });

  test("removes what a doctor that was killed has left, and lets a colleague at work be", async () => {
    const { private: storage } = createStorages(ward.settings, systemClock);
    const key = `${PROBE_PREFIX}killed/probe`;
    await storage.put(key, Buffer.from("x"), { type: "text/plain", size: 1 });
    await storage.createMultipartUpload(`${PROBE_PREFIX}killed/parts`, { type: "text/plain" });
    await look();
    expect(await storage.stat(key)).not.toBeNull();
    const later = { now: () => new Date(Date.now() + 11 * 60_000) };
    const patient = await openProbe(ward.doctorInputWith(), ward.settings, later);
    for (const { run: look } of leftoverChecks(patient)) expect((await look()).outcome).toBe("passed");
    expect(await storage.stat(key)).toBeNull();
    expect(await collected(storage.listMultipartUploads(PROBE_PREFIX))).toEqual([]);
  });

  test("leaves the settings of the buckets alone", async () => {
    const command = new GetBucketLifecycleConfigurationCommand({ Bucket: ward.settings.buckets.private });
    const { Rules: before } = await ward.client.send(command);
    await look();
    expect((await ward.client.send(command)).Rules).toEqual(before);
    expect(
      (await provision(ward.provisionInput, { dryRun: false })).steps.map(({ outcome }) => outcome),
    ).not.toContain("changed");
  });

  test("says for a terminal what is wrong and how to mend it, below what is well", async () => {
    const buckets = { ...ward.settings.buckets, public: "dossier-ward-nowhere" };
    const text = formatReport(await look({ buckets }));
    expect(text).toContain("ok     The store takes our keys.");
    expect(text).toContain(
      "WRONG  The buckets exist, and each is one of its own\n       There is no bucket dossier-ward-nowhere.\n       To mend it: ",
    );
    expect(text.split("\n").at(-1)).toBe("1 thing is wrong (1 not tried).");
    expect(text).not.toContain(store.secretAccessKey);
  });
}

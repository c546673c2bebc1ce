import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Viewer } from "../../lib/permissions/viewer";
import { type CrashFixture, createCrashFixture } from "../crashes/crash-fixture";
import { createMember } from "../crashes/sample-member";
import { createTestBuckets, type TestBuckets, type TestStore } from "../stores/buckets";
import { s3Environment } from "../stores/s3-environment";
import { openTestStore } from "../stores/test-store";
import type { WrongClockReport } from "../stores/wrong-clock-process";
import { installFromDebian } from "../support/debian-packages";

const store = await openTestStore();
const skipReason =
  "skipped" in store ? store.skipped : await installFromDebian("faketime", ["faketime"], ["faketime"]);

if ("skipped" in store || skipReason)
  test("a process with a wrong clock fails cleanly", ({ skip }) => skip(skipReason ?? ""));
else describe("a process whose clock is an hour", { timeout: 120_000 }, () => testWrongClock(store));

function testWrongClock(store: TestStore): void {
  const key = "files/existing/original";
  let buckets: TestBuckets;
  let fixture: CrashFixture;
  let viewer: Viewer;
  beforeAll(async () => {
    buckets = await createTestBuckets(store);
    fixture = await createCrashFixture(s3Environment({ ...store, ...buckets }));
    viewer = await createMember(fixture.context);
    await fixture.context.storages.private.put(key, Buffer.from("bytes"), {
      type: "application/pdf",
      size: 5,
    });
  });
  afterAll(async () => {
    await fixture?.drop();
    await buckets?.remove();
  });

  /** Runs a process with a shifted clock; the store, the database and this test keep theirs. */
  async function run(offset: string): Promise<WrongClockReport> {
    const program = fileURLToPath(new URL("../stores/wrong-clock-process.ts", import.meta.url));
    const { stdout } = await promisify(execFile)(
      "faketime",
      ["-f", offset, process.execPath, "--import", "tsx", program, JSON.stringify(viewer), key],
      // The monotonic clock and the timers stay real.
      { env: { ...process.env, FAKETIME_DONT_FAKE_MONOTONIC: "1" } },
    );
    return JSON.parse(stdout.trim().split("\n").at(-1) ?? "");
  }

  test.each([
    ["ahead", "+1h", 3600, "ahead of"],
    ["behind", "-1h", -3600, "behind"],
  ])("%s reports it in health check and doctor and loses nothing", async (_, offset, seconds, words) => {
    const report = await run(offset);
    const skewSeconds = (Date.parse(report.now) - Date.now()) / 1000;
    expect(Math.abs(skewSeconds - seconds)).toBeLessThan(120);
    // The SDK corrects its clock by the store's, so calls of the server succeed.
    expect([report.statSize, report.listedKeys]).toEqual([5, [key]]);
    // Browsers cannot use its signed URLs, so it is not healthy.
    expect(report.health).toBe("unavailable");
    // A signed URL has our time. Every store rejects an expired one; Ceph accepts a future one.
    const isAccepted = words === "ahead of" && report.sent.status === 200;
    expect([report.sent.status, report.completed]).toEqual(
      isAccepted ? [200, "completed"] : [403, "not_uploaded"],
    );
    if (!isAccepted) expect(report.sent.words).toMatch(/RequestTimeTooSkewed|AccessDenied/);
    // A file exists only if the bytes arrived.
    const { state } = await fixture.context.db.upload.findUniqueOrThrow({ where: { id: report.upload } });
    expect(state).toBe(isAccepted ? "completed" : "issued");
    expect(report.doctor).toEqual([
      { check: "clock", found: `This machine is 60 minutes ${words} the store.` },
    ]);
  });
}

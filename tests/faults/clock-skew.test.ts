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
const lacking =
  "skipped" in store ? store.skipped : await installFromDebian("faketime", ["faketime"], ["faketime"]);

if ("skipped" in store || lacking)
  test("a process whose clock is an hour off", ({ skip }) => skip(lacking ?? ""));
else describe("a process whose clock is an hour", { timeout: 120_000 }, () => offClock(store));

function offClock(store: TestStore): void {
  const key = "files/there/original";
  let buckets: TestBuckets;
  let world: CrashFixture;
  let viewer: Viewer;
  beforeAll(async () => {
    buckets = await createTestBuckets(store);
    world = await createCrashFixture(s3Environment({ ...store, ...buckets }));
    viewer = await createMember(world.context);
    await world.context.storages.private.put(key, Buffer.from("bytes"), { type: "application/pdf", size: 5 });
  });
  afterAll(async () => {
    await world?.drop();
    await buckets?.remove();
  });

  /** All of the process lives in another hour; the store, the database and this test do not. */
  async function run(offset: string): Promise<WrongClockReport> {
    const program = fileURLToPath(new URL("../stores/wrong-clock-process.ts", import.meta.url));
    const { stdout } = await promisify(execFile)(
      "faketime",
      ["-f", offset, process.execPath, "--import", "tsx", program, JSON.stringify(viewer), key],
      // Time still passes as fast as elsewhere, and timers with it.
      { env: { ...process.env, FAKETIME_DONT_FAKE_MONOTONIC: "1" } },
    );
    return JSON.parse(stdout.trim().split("\n").at(-1) ?? "");
  }

  test.each([
    ["ahead", "+1h", 3600, "ahead of"],
    ["behind", "-1h", -3600, "behind"],
  ])(
    "%s takes nothing for missing, makes no file of nothing, says that it is not well, and hears from the doctor why",
    async (_, offset, seconds, words) => {
      const told = await run(offset);
      const off = (Date.parse(told.now) - Date.now()) / 1000;
      expect(Math.abs(off - seconds)).toBeLessThan(120);
      // What the server asks by itself is signed by the store's time, once the store has said it.
      expect([told.there, told.listed]).toEqual([5, [key]]);
      // And yet nobody should be sent here.
      expect(told.check).toBe("unavailable");
      // A browser's address is signed by our own time. Whose day has passed is refused; one of tomorrow is by some stores, and Ceph takes it.
      const taken = words === "ahead of" && told.sent.status === 200;
      expect([told.sent.status, told.completed]).toEqual(taken ? [200, "completed"] : [403, "not_uploaded"]);
      if (!taken) expect(told.sent.words).toMatch(/RequestTimeTooSkewed|AccessDenied/);
      // There is a file if the bytes are there, and not otherwise.
      const { state } = await world.context.db.upload.findUniqueOrThrow({ where: { id: told.upload } });
      expect(state).toBe(taken ? "completed" : "issued");
      expect(told.doctor).toEqual([
        { check: "clock", found: `This machine is 60 minutes ${words} the store.` },
      ]);
    },
  );
}

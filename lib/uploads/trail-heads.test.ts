import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { testEntry } from "../audit/testing/trail-fixture";
import { appendToTrail } from "../audit/trail";
import { verifyTrail } from "../audit/verify-trail";
import { Problem } from "../errors";
import { newId } from "../id";
import { createRecordingLog } from "../observability/testing/recording-log";
import { reconcile } from "./reconcile";
import { sweep } from "./sweep";
import { createSweepFixture, type SweepFixture } from "./testing/sweep-fixture";

let fixture: SweepFixture;
beforeAll(async () => {
  fixture = await createSweepFixture();
});
afterAll(() => fixture.drop());

const append = () =>
  fixture.db.$transaction((tx) => appendToTrail(tx, fixture.context, [testEntry(newId(), 1)]));

test("the sweep publishes the heads of the trail, which reconcile knows", async () => {
  await append();
  expect(await sweep(fixture.context)).toMatchObject({ heads: 1, failed: 0 });
  expect(await fixture.listKeys("private")).toEqual(["trail/heads/0000000001.json"]);
  const findings = [];
  for await (const finding of reconcile(fixture.context)) findings.push(finding);
  expect(findings).toEqual([]);
  expect(await verifyTrail(fixture.context)).toMatchObject({ entries: 1, objects: 1, broken: [] });
});

test("a sweep that cannot publish counts it and does its other work", async () => {
  await append();
  const { log, lines } = createRecordingLog();
  const outage = new Problem("unavailable", "The files cannot be reached at the moment.");
  const read = vi.spyOn(fixture.storages.private, "read").mockRejectedValue(outage);
  const clock = { now: () => fixture.dateFromNow(2 * 86_400) };
  expect(await sweep({ ...fixture.context, log, clock })).toMatchObject({ heads: 0, failed: 1 });
  read.mockRestore();
  expect(lines.map(({ message }) => message)).toContain(
    "The heads of the audit trail were not published. The sweep tries it again.",
  );
});

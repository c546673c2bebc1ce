import { describe, expect, test, vi } from "vitest";
import { verifyTrail } from "../audit/verify-trail";
import { Problem } from "../errors";
import { executeDuePurges } from "./due-purges";
import { executePurges } from "./purge";
import { setUpPurgeFixture } from "./testing/purge-fixture";

const fixture = setUpPurgeFixture();

describe("executeDuePurges", () => {
  test("executes each purge once while other sweeps and requests run", async () => {
    const targets = await Promise.all(Array.from({ length: 60 }, () => fixture.createFolder(2)));
    const ids = await fixture.schedulePurges(targets);
    await Promise.all([
      ...[1, 2, 3].map(() => executeDuePurges(fixture.context)),
      ...[0, 20, 40].map((from) => executePurges(fixture.context, ids.slice(from, from + 20))),
    ]);
    // A process may hold a claim on a row that another has executed.
    await executeDuePurges(fixture.withLaterClock(600));
    expect(await fixture.listPurges()).toEqual([]);
    for (const { prefix } of targets)
      expect(await fixture.sweepFixture.listKeys("private", prefix)).toEqual([]);
    const subjects = (await fixture.listReceipts()).map(({ subjectId }) => subjectId);
    expect(subjects.toSorted()).toEqual(targets.map(({ fileId }) => fileId).toSorted());
    expect(await verifyTrail(fixture.context)).toMatchObject({ entries: 60, broken: [] });
  });

  test("keeps purges that are not due", async () => {
    const target = await fixture.createFolder(1);
    await fixture.schedulePurges([target], 60);
    expect(await executeDuePurges(fixture.context)).toEqual({ destroyed: 0, failed: 0 });
    expect(await fixture.sweepFixture.listKeys("private", target.prefix)).toHaveLength(1);
  });

  test("retries one failing purge with growing delays and executes the others", async () => {
    const targets = await Promise.all(Array.from({ length: 30 }, () => fixture.createFolder(1)));
    await fixture.schedulePurges(targets);
    const stuck = targets[13]?.prefix ?? "";
    const removeMany = vi.fn(async (keys: readonly string[]) => {
      if (keys.some((key) => key.startsWith(stuck))) throw new Problem("unavailable", "This one fails.");
      await fixture.sweepFixture.storages.private.removeMany(keys);
    });
    const failing = fixture.withPrivate({ removeMany });
    expect(await executeDuePurges(failing)).toEqual({ destroyed: 29, failed: 1 });
    expect(await fixture.listPurges()).toMatchObject([{ prefix: stuck, tries: 1 }]);
    removeMany.mockClear();
    expect(await executeDuePurges(failing)).toEqual({ destroyed: 0, failed: 0 });
    expect(removeMany).not.toHaveBeenCalled();
    const delays = [];
    for (const seconds of [40, 140, 400]) {
      const nowMs = fixture.withLaterClock(seconds).clock.now().getTime();
      await executeDuePurges({ ...failing, clock: { now: () => new Date(nowMs) } });
      const [row] = await fixture.listPurges();
      delays.push(((row?.retryAt?.getTime() ?? 0) - nowMs) / 1000);
    }
    expect(delays).toEqual([60, 120, 240]);
    expect(await executeDuePurges(fixture.withLaterClock(1000))).toEqual({ destroyed: 1, failed: 0 });
  });

  test("stops when the store is unavailable and releases untried purges", async () => {
    await fixture.schedulePurges(
      await Promise.all(Array.from({ length: 40 }, () => fixture.createFolder(1))),
    );
    const removeMany = vi.fn(() => Promise.reject(new Problem("unavailable", "Unavailable.")));
    await executeDuePurges(fixture.withPrivate({ removeMany }));
    expect(removeMany.mock.calls.length).toBeLessThan(16);
    const purges = await fixture.listPurges();
    expect(purges).toHaveLength(40);
    expect(purges.filter(({ retryAt }) => retryAt === null).length).toBeGreaterThan(25);
    expect(await executeDuePurges(fixture.withLaterClock(60))).toEqual({ destroyed: 40, failed: 0 });
  });

  test("starts no batch when the signal is aborted", async () => {
    const target = await fixture.createFolder(1);
    await fixture.schedulePurges([target]);
    expect(await executeDuePurges(fixture.context, AbortSignal.abort())).toEqual({ destroyed: 0, failed: 0 });
    expect(await fixture.sweepFixture.listKeys("private", target.prefix)).toHaveLength(1);
  });
});

import { describe, expect, test, vi } from "vitest";
import { Problem } from "../errors";
import { verifyTrail } from "../audit/trail";
import { executeDuePurges } from "./due-purges";
import { executePurges } from "./purge";
import { usePurgeFixture } from "./testing/purge-fixture";

const fixture = usePurgeFixture();

describe("the sweep of purges", () => {
  test("does each once, beside two others and beside requests of its own", async () => {
    const doomed = await Promise.all(Array.from({ length: 60 }, () => fixture.folder(2)));
    const ids = await fixture.write(doomed);
    await Promise.all([
      ...[1, 2, 3].map(() => executeDuePurges(fixture.deps)),
      ...[0, 20, 40].map((from) => executePurges(fixture.deps, ids.slice(from, from + 20))),
    ]);
    // Who claimed a row may have been overtaken in it; nothing else is left.
    await executeDuePurges(fixture.later(600));
    expect(await fixture.rows()).toEqual([]);
    for (const { prefix } of doomed) expect(await fixture.yard.keys("private", prefix)).toEqual([]);
    const about = (await fixture.receipts()).map(({ subjectId }) => subjectId);
    expect(about.toSorted()).toEqual(doomed.map(({ fileId }) => fileId).toSorted());
    expect(await verifyTrail(fixture.deps)).toMatchObject({ entries: 60, broken: null });
  });

  test("leaves what is not due", async () => {
    const doomed = await fixture.folder(1);
    await fixture.write([doomed], 60);
    expect(await executeDuePurges(fixture.deps)).toEqual({ destroyed: 0, failed: 0 });
    expect(await fixture.yard.keys("private", doomed.prefix)).toHaveLength(1);
  });

  test("is not kept by one row that cannot be done, and tries that one later, ever later", async () => {
    const doomed = await Promise.all(Array.from({ length: 30 }, () => fixture.folder(1)));
    await fixture.write(doomed);
    const stuck = doomed[13]?.prefix ?? "";
    const removeAll = vi.fn(async (keys: readonly string[]) => {
      if (keys.some((key) => key.startsWith(stuck))) throw new Problem("unavailable", "This one is held.");
      await fixture.yard.storages.private.removeMany(keys);
    });
    const failing = fixture.withPrivate({ removeMany: removeAll });
    expect(await executeDuePurges(failing)).toEqual({ destroyed: 29, failed: 1 });
    expect(await fixture.rows()).toMatchObject([{ prefix: stuck, tries: 1 }]);
    removeAll.mockClear();
    expect(await executeDuePurges(failing)).toEqual({ destroyed: 0, failed: 0 });
    expect(removeAll).not.toHaveBeenCalled();
    const waits = [];
    for (const seconds of [40, 140, 400]) {
      const then = fixture.later(seconds).clock.now().getTime();
      await executeDuePurges({ ...failing, clock: { now: () => new Date(then) } });
      const [row] = await fixture.rows();
      waits.push(((row?.retryAt?.getTime() ?? 0) - then) / 1000);
    }
    expect(waits).toEqual([60, 120, 240]);
    expect(await executeDuePurges(fixture.later(1000))).toEqual({ destroyed: 1, failed: 0 });
  });

  test("stops after a few calls where the store is away, and lets go of what it has not tried", async () => {
    await fixture.write(await Promise.all(Array.from({ length: 40 }, () => fixture.folder(1))));
    const removeAll = vi.fn(() => Promise.reject(new Problem("unavailable", "Away.")));
    await executeDuePurges(fixture.withPrivate({ removeMany: removeAll }));
    expect(removeAll.mock.calls.length).toBeLessThan(16);
    const left = await fixture.rows();
    expect(left).toHaveLength(40);
    expect(left.filter(({ retryAt }) => retryAt === null).length).toBeGreaterThan(25);
    expect(await executeDuePurges(fixture.later(60))).toEqual({ destroyed: 40, failed: 0 });
  });

  test("begins nothing new once it is told to stop", async () => {
    const doomed = await fixture.folder(1);
    await fixture.write([doomed]);
    expect(await executeDuePurges(fixture.deps, AbortSignal.abort())).toEqual({ destroyed: 0, failed: 0 });
    expect(await fixture.yard.keys("private", doomed.prefix)).toHaveLength(1);
  });
});

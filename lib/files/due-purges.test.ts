import { describe, expect, test, vi } from "vitest";
import { Problem } from "../errors";
import { verify } from "../register/trail";
import { drainPurges } from "./due-purges";
import { carryOut } from "./purge";
import { purgeYard } from "./testing/purge-yard";

const at = purgeYard();

describe("the sweep of purges", () => {
  test("does each once, beside two others and beside requests of its own", async () => {
    const doomed = await Promise.all(Array.from({ length: 60 }, () => at.folder(2)));
    const ids = await at.write(doomed);
    await Promise.all([
      ...[1, 2, 3].map(() => drainPurges(at.deps)),
      ...[0, 20, 40].map((from) => carryOut(at.deps, ids.slice(from, from + 20))),
    ]);
    // Who claimed a row may have been overtaken in it; nothing else is left.
    await drainPurges(at.later(600));
    expect(await at.rows()).toEqual([]);
    for (const { prefix } of doomed) expect(await at.yard.keys("private", prefix)).toEqual([]);
    const about = (await at.receipts()).map(({ subjectId }) => subjectId);
    expect(about.toSorted()).toEqual(doomed.map(({ fileId }) => fileId).toSorted());
    expect(await verify(at.deps)).toMatchObject({ entries: 60, broken: null });
  });

  test("leaves what is not due", async () => {
    const doomed = await at.folder(1);
    await at.write([doomed], 60);
    expect(await drainPurges(at.deps)).toEqual({ destroyed: 0, failed: 0 });
    expect(await at.yard.keys("private", doomed.prefix)).toHaveLength(1);
  });

  test("is not kept by one row that cannot be done, and tries that one later, ever later", async () => {
    const doomed = await Promise.all(Array.from({ length: 30 }, () => at.folder(1)));
    await at.write(doomed);
    const stuck = doomed[13]?.prefix ?? "";
    const removeAll = vi.fn(async (keys: readonly string[]) => {
      if (keys.some((key) => key.startsWith(stuck))) throw new Problem("unavailable", "This one is held.");
      await at.yard.storages.private.removeAll(keys);
    });
    const failing = at.withPrivate({ removeAll });
    expect(await drainPurges(failing)).toEqual({ destroyed: 29, failed: 1 });
    expect(await at.rows()).toMatchObject([{ prefix: stuck, tries: 1 }]);
    removeAll.mockClear();
    expect(await drainPurges(failing)).toEqual({ destroyed: 0, failed: 0 });
    expect(removeAll).not.toHaveBeenCalled();
    const waits = [];
    for (const seconds of [40, 140, 400]) {
      const then = at.later(seconds).clock.now().getTime();
      await drainPurges({ ...failing, clock: { now: () => new Date(then) } });
      const [row] = await at.rows();
      waits.push(((row?.retryAt?.getTime() ?? 0) - then) / 1000);
    }
    expect(waits).toEqual([60, 120, 240]);
    expect(await drainPurges(at.later(1000))).toEqual({ destroyed: 1, failed: 0 });
  });

  test("stops after a few calls where the store is away, and lets go of what it has not tried", async () => {
    await at.write(await Promise.all(Array.from({ length: 40 }, () => at.folder(1))));
    const removeAll = vi.fn(() => Promise.reject(new Problem("unavailable", "Away.")));
    await drainPurges(at.withPrivate({ removeAll }));
    expect(removeAll.mock.calls.length).toBeLessThan(16);
    const left = await at.rows();
    expect(left).toHaveLength(40);
    expect(left.filter(({ retryAt }) => retryAt === null).length).toBeGreaterThan(25);
    expect(await drainPurges(at.later(60))).toEqual({ destroyed: 40, failed: 0 });
  });

  test("begins nothing new once it is told to stop", async () => {
    const doomed = await at.folder(1);
    await at.write([doomed]);
    expect(await drainPurges(at.deps, AbortSignal.abort())).toEqual({ destroyed: 0, failed: 0 });
    expect(await at.yard.keys("private", doomed.prefix)).toHaveLength(1);
  });
});

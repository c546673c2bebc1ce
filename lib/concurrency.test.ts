import { describe, expect, test } from "vitest";
import { mapInBatches, runAll } from "./concurrency";

describe("runAll", () => {
  test("starts the work for all items at once", async () => {
    const allStarted = Promise.withResolvers<void>();
    let started = 0;
    await runAll(["a", "b", "c"], async () => {
      started += 1;
      if (started === 3) allStarted.resolve();
      await allStarted.promise;
    });
    expect(started).toBe(3);
  });

  test("waits for all items, then fails with the first failure", async () => {
    const gate = Promise.withResolvers<void>();
    const events: string[] = [];
    const run = runAll(["slow", "first", "second"], async (item) => {
      if (item !== "slow") throw new Error(item);
      await gate.promise;
      events.push(item);
    }).catch((error: Error) => events.push(error.message));
    setImmediate(gate.resolve);
    await run;
    expect(events).toEqual(["slow", "first"]);
  });

  test("does nothing for an empty list", async () => {
    await expect(runAll([], () => Promise.reject(new Error("called")))).resolves.toBeUndefined();
  });
});

describe("mapInBatches", () => {
  test("keeps the order and never runs more than a batch", async () => {
    let running = 0;
    let most = 0;
    const results = await mapInBatches([1, 2, 3, 4, 5], 2, async (item) => {
      running += 1;
      most = Math.max(most, running);
      await new Promise(setImmediate);
      running -= 1;
      return item * 10;
    });
    expect([results, most]).toEqual([[10, 20, 30, 40, 50], 2]);
  });

  test("starts no further batch after a failure", async () => {
    const started: number[] = [];
    const run = mapInBatches([1, 2, 3], 1, async (item) => {
      started.push(item);
      if (item === 2) throw new Error("two");
    });
    await expect(run).rejects.toThrow("two");
    expect(started).toEqual([1, 2]);
  });
});

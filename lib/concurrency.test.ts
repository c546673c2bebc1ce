import { describe, expect, test } from "vitest";
import { mapConcurrently, runAll } from "./concurrency";

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

describe("mapConcurrently", () => {
  test("limits concurrent calls and returns results in order", async () => {
    let [running, most] = [0, 0];
    const double = async (item: number) => {
      running += 1;
      most = Math.max(most, running);
      for (let turns = 0; turns < 5 - item; turns += 1) await Promise.resolve();
      running -= 1;
      return item * 2;
    };
    expect(await mapConcurrently([1, 2, 3, 4, 5], 2, double)).toEqual([2, 4, 6, 8, 10]);
    expect(most).toBe(2);
  });

  test("after a failure starts no call and waits for running ones", async () => {
    const [started, ended]: [string[], string[]] = [[], []];
    const slow = Promise.withResolvers<void>();
    const work = async (item: string) => {
      started.push(item);
      if (item === "bad") throw new Error("bad");
      await slow.promise;
      ended.push(item);
    };
    const mapped = mapConcurrently(["slow", "bad", "late"], 2, work);
    mapped.catch(() => undefined);
    setTimeout(slow.resolve, 10);
    await expect(mapped).rejects.toThrow("bad");
    expect([started, ended]).toEqual([["slow", "bad"], ["slow"]]);
  });

  test("rejects if the source of the items fails", async () => {
    async function* source() {
      yield 1;
      throw new Error("no more items");
    }
    await expect(mapConcurrently(source(), 2, async (item) => item)).rejects.toThrow("no more items");
  });
});

import { setTimeout as wait } from "node:timers/promises";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { STORE_TIMEOUT_MS, withinBudget, withTimeBudget } from "./time-budget";

beforeEach(() => void vi.useFakeTimers({ toFake: ["performance"] }));
afterEach(() => void vi.useRealTimers());

/** One call that takes so many milliseconds; what it was given. */
const call = (milliseconds: number) =>
  withinBudget(async (left) => {
    await wait(0);
    vi.advanceTimersByTime(milliseconds);
    return left;
  });

test("calls of one request share the time that each has by itself", async () => {
  await withTimeBudget(async () => {
    expect(await call(1000)).toBe(STORE_TIMEOUT_MS);
    expect(await call(3000)).toBe(STORE_TIMEOUT_MS - 1000);
    expect(await call(3000)).toBe(STORE_TIMEOUT_MS - 4000);
    expect(await call(0)).toBe(0);
  });
  expect(await call(9000)).toBe(STORE_TIMEOUT_MS);
  expect(await call(0)).toBe(STORE_TIMEOUT_MS);
});

test("what is not spent on a store does not count", async () => {
  await withTimeBudget(async () => {
    vi.advanceTimersByTime(60_000);
    expect(await call(0)).toBe(STORE_TIMEOUT_MS);
  });
});

test("calls side by side count once, as long as the longest of them", async () => {
  await withTimeBudget(async () => {
    const first = Promise.withResolvers<void>();
    const second = Promise.withResolvers<void>();
    const both = [withinBudget(() => first.promise), withinBudget(() => second.promise)];
    vi.advanceTimersByTime(1000);
    expect(await withinBudget(async (left) => left)).toBe(STORE_TIMEOUT_MS - 1000);
    first.resolve();
    await both[0];
    vi.advanceTimersByTime(500);
    second.resolve();
    await both[1];
    expect(await call(0)).toBe(STORE_TIMEOUT_MS - 1500);
  });
});

test("a call that fails has taken its time all the same", async () => {
  await withTimeBudget(async () => {
    const failing = withinBudget(async () => {
      vi.advanceTimersByTime(2000);
      throw new Error("away");
    });
    await expect(failing).rejects.toThrow("away");
    expect(await call(0)).toBe(STORE_TIMEOUT_MS - 2000);
  });
});

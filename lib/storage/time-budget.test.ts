import { setTimeout as wait } from "node:timers/promises";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { STORE_TIMEOUT_MS, withinBudget, withTimeBudget } from "./time-budget";

beforeEach(() => void vi.useFakeTimers({ toFake: ["performance"] }));
afterEach(() => void vi.useRealTimers());

/** Makes one call of this duration and returns the milliseconds that it was given. */
const call = (milliseconds: number) =>
  withinBudget(async (remainingMs) => {
    await wait(0);
    vi.advanceTimersByTime(milliseconds);
    return remainingMs;
  });

test("calls of one request share one time budget", async () => {
  await withTimeBudget(async () => {
    expect(await call(1000)).toBe(STORE_TIMEOUT_MS);
    expect(await call(3000)).toBe(STORE_TIMEOUT_MS - 1000);
    expect(await call(3000)).toBe(STORE_TIMEOUT_MS - 4000);
    expect(await call(0)).toBe(0);
  });
  expect(await call(9000)).toBe(STORE_TIMEOUT_MS);
  expect(await call(0)).toBe(STORE_TIMEOUT_MS);
});

test("time outside of store calls does not count", async () => {
  await withTimeBudget(async () => {
    vi.advanceTimersByTime(60_000);
    expect(await call(0)).toBe(STORE_TIMEOUT_MS);
  });
});

test("concurrent calls count once, as long as the longest", async () => {
  await withTimeBudget(async () => {
    const first = Promise.withResolvers<void>();
    const second = Promise.withResolvers<void>();
    const both = [withinBudget(() => first.promise), withinBudget(() => second.promise)];
    vi.advanceTimersByTime(1000);
    expect(await withinBudget(async (remainingMs) => remainingMs)).toBe(STORE_TIMEOUT_MS - 1000);
    first.resolve();
    await both[0];
    vi.advanceTimersByTime(500);
    second.resolve();
    await both[1];
    expect(await call(0)).toBe(STORE_TIMEOUT_MS - 1500);
  });
});

test("a failed call counts", async () => {
  await withTimeBudget(async () => {
    const failing = withinBudget(async () => {
      vi.advanceTimersByTime(2000);
      throw new Error("unreachable");
    });
    await expect(failing).rejects.toThrow("unreachable");
    expect(await call(0)).toBe(STORE_TIMEOUT_MS - 2000);
  });
});

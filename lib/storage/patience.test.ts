import { setTimeout as wait } from "node:timers/promises";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { PATIENCE, patiently, withPatience } from "./patience";

beforeEach(() => void vi.useFakeTimers({ toFake: ["performance"] }));
afterEach(() => void vi.useRealTimers());

/** One call that takes so many milliseconds; what it was given. */
const call = (milliseconds: number) =>
  patiently(async (left) => {
    await wait(0);
    vi.advanceTimersByTime(milliseconds);
    return left;
  });

test("calls of one request share the time that each has by itself", async () => {
  await withPatience(async () => {
    expect(await call(1000)).toBe(PATIENCE);
    expect(await call(3000)).toBe(PATIENCE - 1000);
    expect(await call(3000)).toBe(PATIENCE - 4000);
    expect(await call(0)).toBe(0);
  });
  expect(await call(9000)).toBe(PATIENCE);
  expect(await call(0)).toBe(PATIENCE);
});

test("what is not spent on a store does not count", async () => {
  await withPatience(async () => {
    vi.advanceTimersByTime(60_000);
    expect(await call(0)).toBe(PATIENCE);
  });
});

test("calls side by side count once, as long as the longest of them", async () => {
  await withPatience(async () => {
    const first = Promise.withResolvers<void>();
    const second = Promise.withResolvers<void>();
    const both = [patiently(() => first.promise), patiently(() => second.promise)];
    vi.advanceTimersByTime(1000);
    expect(await patiently(async (left) => left)).toBe(PATIENCE - 1000);
    first.resolve();
    await both[0];
    vi.advanceTimersByTime(500);
    second.resolve();
    await both[1];
    expect(await call(0)).toBe(PATIENCE - 1500);
  });
});

test("a call that fails has taken its time all the same", async () => {
  await withPatience(async () => {
    const failing = patiently(async () => {
      vi.advanceTimersByTime(2000);
      throw new Error("away");
    });
    await expect(failing).rejects.toThrow("away");
    expect(await call(0)).toBe(PATIENCE - 2000);
  });
});

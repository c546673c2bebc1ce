import { expect, test } from "vitest";
import { createTaggedCache } from "./tagged-cache";

function createTestCache({ maxSize = 100 } = {}) {
  let now = Date.UTC(2026, 2, 1);
  const created: string[] = [];
  const cache = createTaggedCache<string>({
    clock: { now: () => new Date(now) },
    seconds: 60,
    maxSize,
    sizeOf: (value) => value.length,
  });
  const get = (key: string, tag = "ada") =>
    cache.getOrCreate(key, tag, async () => {
      created.push(key);
      return key;
    });
  return { cache, created, get, pass: (seconds: number) => (now += seconds * 1000) };
}

test("the cache creates a value once for concurrent and later calls", async () => {
  const { created, get } = createTestCache();
  await Promise.all([get("a"), get("a")]);
  await get("a");
  expect(created).toEqual(["a"]);
});

test("the cache creates another value for another key", async () => {
  const { created, get } = createTestCache();
  await get("a1");
  expect(await get("a2")).toBe("a2");
  expect(created).toEqual(["a1", "a2"]);
});

test("the cache drops the values of an invalidated tag and no others", async () => {
  const { cache, created, get } = createTestCache();
  await get("a", "ada");
  await get("g", "grace");
  cache.invalidateTag("ada");
  await get("a", "ada");
  await get("g", "grace");
  expect(created).toEqual(["a", "g", "a"]);
});

test("the cache drops a value that was invalidated during its creation", async () => {
  const { cache } = createTestCache();
  const { promise, resolve } = Promise.withResolvers<string>();
  const first = cache.getOrCreate("a", "ada", () => promise);
  cache.invalidateTag("ada");
  resolve("before");
  expect(await first).toBe("before");
  expect(await cache.getOrCreate("a", "ada", async () => "after")).toBe("after");
});

test("the cache keeps no value for longer than a minute", async () => {
  const { created, get, pass } = createTestCache();
  await get("a");
  pass(59);
  await get("a");
  expect(created).toEqual(["a"]);
  pass(1);
  await get("b");
  await get("a");
  expect(created).toEqual(["a", "b", "a"]);
});

test("the cache creates a value again after a failure", async () => {
  const { cache } = createTestCache();
  const failed = cache.getOrCreate("a", "ada", () => Promise.reject(new Error("unavailable")));
  await expect(failed).rejects.toThrow("unavailable");
  expect(await cache.getOrCreate("a", "ada", async () => "available")).toBe("available");
});

test("the cache drops the least recently used value if it is full", async () => {
  const { created, get } = createTestCache({ maxSize: 5 });
  await get("one");
  await get("two");
  await get("two");
  await get("one");
  expect(created).toEqual(["one", "two", "one"]);
});

test("an invalidated value does not count towards the size", async () => {
  const { cache, created, get } = createTestCache({ maxSize: 5 });
  const { promise, resolve } = Promise.withResolvers<string>();
  const first = cache.getOrCreate("a", "ada", () => promise);
  cache.invalidateTag("ada");
  resolve("much");
  await first;
  await get("one");
  await get("one");
  expect(created).toEqual(["one"]);
});

test("the cache returns a value that is larger than the cache", async () => {
  const { created, get } = createTestCache({ maxSize: 5 });
  expect(await get("too large")).toBe("too large");
  await get("too large");
  expect(created).toEqual(["too large", "too large"]);
});

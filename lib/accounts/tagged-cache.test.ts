import { expect, test } from "vitest";
import { createTaggedCache } from "./tagged-cache";

function createTestCache({ most = 100 } = {}) {
  let now = 0;
  const made: string[] = [];
  const memory = createTaggedCache<string>({
    clock: { now: () => new Date(now) },
    seconds: 60,
    most,
    sizeOf: (value) => value.length,
  });
  const ask = (key: string, tag = "ada") =>
    memory.getOrCreate(key, tag, async () => {
      made.push(key);
      return key;
    });
  return { memory, made, ask, pass: (seconds: number) => (now += seconds * 1000) };
}

test("what was made is made once, also for those who ask meanwhile", async () => {
  const { made, ask } = createTestCache();
  await Promise.all([ask("a"), ask("a")]);
  await ask("a");
  expect(made).toEqual(["a"]);
});

test("another key is another value: a changed profile is made anew", async () => {
  const { made, ask } = createTestCache();
  await ask("a1");
  expect(await ask("a2")).toBe("a2");
  expect(made).toEqual(["a1", "a2"]);
});

test("what is forgotten is made anew, and nobody else's is", async () => {
  const { memory, made, ask } = createTestCache();
  await ask("a", "ada");
  await ask("g", "grace");
  memory.invalidateTag("ada");
  await ask("a", "ada");
  await ask("g", "grace");
  expect(made).toEqual(["a", "g", "a"]);
});

test("what was begun before it was forgotten is not kept when it is ready", async () => {
  const { memory } = createTestCache();
  const begun = Promise.withResolvers<string>();
  const asked = memory.getOrCreate("a", "ada", () => begun.promise);
  memory.invalidateTag("ada");
  begun.resolve("as it was");
  expect(await asked).toBe("as it was");
  expect(await memory.getOrCreate("a", "ada", async () => "as it is")).toBe("as it is");
});

test("nothing is kept longer than a minute, though nobody here was told to forget it", async () => {
  const { made, ask, pass } = createTestCache();
  await ask("a");
  pass(59);
  await ask("a");
  expect(made).toEqual(["a"]);
  pass(1);
  await ask("b");
  await ask("a");
  expect(made).toEqual(["a", "b", "a"]);
});

test("what could not be made is tried again", async () => {
  const { memory } = createTestCache();
  const failed = memory.getOrCreate("a", "ada", () => Promise.reject(new Error("away")));
  await expect(failed).rejects.toThrow("away");
  expect(await memory.getOrCreate("a", "ada", async () => "there")).toBe("there");
});

test("the oldest makes room where there is too much", async () => {
  const { made, ask } = createTestCache({ most: 5 });
  await ask("one");
  await ask("two");
  await ask("two");
  await ask("one");
  expect(made).toEqual(["one", "two", "one"]);
});

test("what was forgotten on its way takes no room from the others", async () => {
  const { memory, made, ask } = createTestCache({ most: 5 });
  const begun = Promise.withResolvers<string>();
  const asked = memory.getOrCreate("a", "ada", () => begun.promise);
  memory.invalidateTag("ada");
  begun.resolve("much");
  await asked;
  await ask("one");
  await ask("one");
  expect(made).toEqual(["one"]);
});

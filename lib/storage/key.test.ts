import { describe, expect, test } from "vitest";
import { isKey, keyToPath, requireKey, requireKeyPrefix } from "./key";

describe("a key", () => {
  test.each(["a", "a/b/c", "0190/ab_c-d.webp", "_/-", "a".repeat(255), `${"a/".repeat(255)}ab`])(
    "%j is one",
    (key) => {
      expect(requireKey(key)).toBe(key);
      expect(keyToPath("/data/private", key)).toBe(`/data/private/${key}`);
    },
  );

  test.each([
    "",
    "/",
    "/a",
    "a/",
    "a//b",
    ".",
    "..",
    "a/..",
    "../a",
    ".a",
    "a/.b",
    "A",
    "a\nb",
    "a\n",
    "a\\b",
    "é",
    "a:b",
  ])("%j is none, and no path comes of it", (key) => {
    expect(isKey(key)).toBe(false);
    expect(() => requireKey(key)).toThrow("Not a storage key");
    expect(() => keyToPath("/data/private", key)).toThrow("Not a storage key");
  });

  test("has a beginning that may stop anywhere, and never leaves its folder", () => {
    for (const prefix of ["", "a", "a/", "a/b", "a/b."]) expect(requireKeyPrefix(prefix)).toBe(prefix);
    for (const prefix of ["/", "..", "../", "a/../", "a/.", "A", "a//"])
      expect(() => requireKeyPrefix(prefix)).toThrow("Not the prefix");
  });
});

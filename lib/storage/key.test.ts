import { describe, expect, test } from "vitest";
import { isKey, keyToPath, requireKey, requireKeyPrefix } from "./key";

describe("a storage key", () => {
  test.each(["a", "a/b/c", "0190/ab_c-d.webp", "_/-", "a".repeat(255), `${"a/".repeat(255)}ab`])(
    "may be %j",
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
  ])("cannot be %j, and no path results", (key) => {
    expect(isKey(key)).toBe(false);
    expect(() => requireKey(key)).toThrow("Not a storage key");
    expect(() => keyToPath("/data/private", key)).toThrow("Not a storage key");
  });

  test("has prefixes that end anywhere and never leave the folder", () => {
    for (const prefix of ["", "a", "a/", "a/b", "a/b."]) expect(requireKeyPrefix(prefix)).toBe(prefix);
    for (const prefix of ["/", "..", "../", "a/../", "a/.", "A", "a//"])
      expect(() => requireKeyPrefix(prefix)).toThrow("Not the prefix");
  });
});

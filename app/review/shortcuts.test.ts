import { describe, expect, test } from "vitest";
import { DECISIONS } from "@/lib/review/decisions";
import { OUTCOMES } from "@/lib/review/outcomes";
import { findAction, type KeyPress, SHORTCUTS } from "./shortcuts";

const press = (key: string, overrides: Partial<KeyPress> = {}): KeyPress => ({
  key,
  ctrlKey: false,
  altKey: false,
  metaKey: false,
  repeat: false,
  isTyping: false,
  ...overrides,
});
const on = { characterKeys: true };
const off = { characterKeys: false };

describe("shortcuts", () => {
  test("open every decision of the table", () => {
    for (const outcome of OUTCOMES) {
      expect(findAction(press(DECISIONS[outcome].key), on)).toBe(outcome);
    }
  });

  test.each([
    ["+", "zoomIn"],
    ["=", "zoomIn"],
    ["-", "zoomOut"],
    ["0", "fit"],
    ["T", "rotate"],
    ["ArrowRight", "nextPage"],
    ["PageDown", "scrollOn"],
    ["Home", "firstPage"],
    ["End", "lastPage"],
    ["n", "claimNext"],
    ["u", "undo"],
    ["E", "extend"],
    ["?", "keys"],
  ])("map the key %s to %s", (key, action) => {
    expect(findAction(press(key), on)).toBe(action);
  });

  test("have one action for each key", () => {
    const keys = SHORTCUTS.flatMap((row) => row.keys);
    expect(new Set(keys).size).toBe(keys.length);
  });

  test("do nothing while the reviewer types", () => {
    for (const { keys } of SHORTCUTS) {
      for (const key of keys) expect(findAction(press(key, { isTyping: true }), on)).toBeNull();
    }
  });

  test.each(["ctrlKey", "altKey", "metaKey"] as const)("do nothing with the modifier %s", (modifier) => {
    expect(findAction(press("r", { [modifier]: true }), on)).toBeNull();
    expect(findAction(press("ArrowLeft", { [modifier]: true }), on)).toBeNull();
  });

  test("turn pages although single-key shortcuts are off", () => {
    for (const key of ["a", "C", "+", "0", "?"]) expect(findAction(press(key), off)).toBeNull();
    expect(findAction(press("ArrowRight"), off)).toBe("nextPage");
    expect(findAction(press("PageUp"), off)).toBe("scrollBack");
  });

  test("decide and claim once while a key is held down", () => {
    expect(findAction(press("n", { repeat: true }), on)).toBeNull();
    expect(findAction(press("a", { repeat: true }), on)).toBeNull();
    expect(findAction(press("+", { repeat: true }), on)).toBe("zoomIn");
  });

  test("ignore unknown keys", () => {
    expect(findAction(press("constructor"), on)).toBeNull();
    expect(findAction(press("x"), on)).toBeNull();
  });
});

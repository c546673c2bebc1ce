import { describe, expect, it } from "vitest";
import { DECISIONS } from "@/lib/review/decisions";
import { OUTCOMES } from "@/lib/review/outcomes";
import { findAction, SHORTCUTS, type KeyPress } from "./shortcuts";

const press = (key: string, more: Partial<KeyPress> = {}): KeyPress => ({
  key,
  ctrlKey: false,
  altKey: false,
  metaKey: false,
  repeat: false,
  isTyping: false,
  ...more,
});
const on = { characterKeys: true };
const off = { characterKeys: false };

describe("the keys of the desk", () => {
  it("open every decision that the table knows", () => {
    for (const outcome of OUTCOMES) {
      expect(findAction(press(DECISIONS[outcome].key), on)).toBe(outcome);
    }
  });

  it.each([
    ["+", "larger"],
    ["=", "larger"],
    ["-", "smaller"],
    ["0", "fit"],
    ["T", "rotate"],
    ["ArrowRight", "nextPage"],
    ["PageDown", "scrollOn"],
    ["n", "claimNext"],
    ["u", "undo"],
    ["E", "extend"],
    ["?", "keys"],
  ])("%s means %s", (key, action) => {
    expect(findAction(press(key), on)).toBe(action);
  });

  it("mean one thing each", () => {
    const keys = SHORTCUTS.flatMap((row) => row.keys);
    expect(new Set(keys).size).toBe(keys.length);
  });

  it("are letters while somebody types", () => {
    for (const { keys } of SHORTCUTS) {
      for (const key of keys) expect(findAction(press(key, { isTyping: true }), on)).toBeNull();
    }
  });

  it.each(["ctrlKey", "altKey", "metaKey"] as const)("leave %s to browser and system", (modifier) => {
    expect(findAction(press("r", { [modifier]: true }), on)).toBeNull();
    expect(findAction(press("ArrowLeft", { [modifier]: true }), on)).toBeNull();
  });

  it("do nothing as characters once they are switched off, and turn pages all the same", () => {
    for (const key of ["a", "C", "+", "0", "?"]) expect(findAction(press(key), off)).toBeNull();
    expect(findAction(press("ArrowRight"), off)).toBe("nextPage");
    expect(findAction(press("PageUp"), off)).toBe("scrollBack");
  });

  it("decide and claim once, however long they are held", () => {
    expect(findAction(press("n", { repeat: true }), on)).toBeNull();
    expect(findAction(press("a", { repeat: true }), on)).toBeNull();
    expect(findAction(press("+", { repeat: true }), on)).toBe("larger");
  });

  it("mean nothing where nobody gave them a meaning", () => {
    expect(findAction(press("constructor"), on)).toBeNull();
    expect(findAction(press("x"), on)).toBeNull();
  });
});

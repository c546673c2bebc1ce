import { describe, expect, it } from "vitest";
import { DECISIONS, OUTCOMES } from "@/lib/review/decisions";
import { actionFor, DESK_KEYS, type KeyPress } from "./desk-keys";

const press = (key: string, more: Partial<KeyPress> = {}): KeyPress => ({
  key,
  ctrlKey: false,
  altKey: false,
  metaKey: false,
  repeat: false,
  typing: false,
  ...more,
});
const on = { characterKeys: true };
const off = { characterKeys: false };

describe("the keys of the desk", () => {
  it("open every decision that the table knows", () => {
    for (const outcome of OUTCOMES) {
      expect(actionFor(press(DECISIONS[outcome].key), on)).toBe(outcome);
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
    expect(actionFor(press(key), on)).toBe(action);
  });

  it("mean one thing each", () => {
    const keys = DESK_KEYS.flatMap((row) => row.keys);
    expect(new Set(keys).size).toBe(keys.length);
  });

  it("are letters while somebody types", () => {
    for (const { keys } of DESK_KEYS) {
      for (const key of keys) expect(actionFor(press(key, { typing: true }), on)).toBeNull();
    }
  });

  it.each(["ctrlKey", "altKey", "metaKey"] as const)("leave %s to browser and system", (modifier) => {
    expect(actionFor(press("r", { [modifier]: true }), on)).toBeNull();
    expect(actionFor(press("ArrowLeft", { [modifier]: true }), on)).toBeNull();
  });

  it("do nothing as characters once they are switched off, and turn pages all the same", () => {
    for (const key of ["a", "C", "+", "0", "?"]) expect(actionFor(press(key), off)).toBeNull();
    expect(actionFor(press("ArrowRight"), off)).toBe("nextPage");
    expect(actionFor(press("PageUp"), off)).toBe("scrollBack");
  });

  it("decide and claim once, however long they are held", () => {
    expect(actionFor(press("n", { repeat: true }), on)).toBeNull();
    expect(actionFor(press("a", { repeat: true }), on)).toBeNull();
    expect(actionFor(press("+", { repeat: true }), on)).toBe("larger");
  });

  it("mean nothing where nobody gave them a meaning", () => {
    expect(actionFor(press("constructor"), on)).toBeNull();
    expect(actionFor(press("x"), on)).toBeNull();
  });
});

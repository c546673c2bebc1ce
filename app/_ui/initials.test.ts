import { expect, test } from "vitest";
import { initialsOf } from "./initials";

test.each([
  ["Ada Lovelace", "AL"],
  ["  ada  de la  lovelace ", "AL"],
  ["李小龙", "李"],
  ["Ólafur", "Ó"],
  ["e\u0301mile zola", "E\u0301Z"],
  ["👩‍🚀 Sky", "👩‍🚀S"],
  ["Ada (she)", "A"],
  ["", ""],
])("initialsOf shortens %j to %j", (name, letters) => {
  expect(initialsOf(name)).toBe(letters);
});

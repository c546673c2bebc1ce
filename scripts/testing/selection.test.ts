import { expect, test } from "vitest";
import { selectionOf, specsOf } from "./selection";

test("a run without arguments is whole and no campaign", () => {
  expect(selectionOf([])).toEqual({ isWhole: true, isCampaign: false, words: [], changedSince: null });
  expect(selectionOf(["--all"])).toMatchObject({ isWhole: true, isCampaign: true });
});

test("words select the specs whose path contains one of them", () => {
  expect(specsOf(selectionOf(["lib/fields", "keyboard"]))).toEqual(["e2e/keyboard.spec.ts"]);
  expect(specsOf(selectionOf(["no-such-file"]))).toEqual([]);
});

test("--changed counts from the named commit, else from main", () => {
  expect(selectionOf(["--changed", "HEAD~1"])).toMatchObject({ isWhole: false, changedSince: "HEAD~1" });
  expect(selectionOf(["--changed"]).changedSince).toBeTruthy();
});

test("an unknown option is refused by name", () => {
  expect(() => selectionOf(["--chnaged"])).toThrow("--chnaged");
});

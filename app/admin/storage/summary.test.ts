import { expect, test } from "vitest";
import { summarizeFindings } from "./summary";

test.each([
  [[], "All is well"],
  [["passed", "untested"], "All is well"],
  [["warning", "passed"], "All is well, with one thing to note"],
  [["warning", "warning"], "All is well, with 2 things to note"],
  [["failed", "warning"], "One thing is wrong"],
  [["failed", "failed"], "2 things are wrong"],
] as const)("of %j is said: %s", (outcomes, words) => {
  expect(summarizeFindings(outcomes.map((outcome) => ({ outcome })))).toBe(words);
});

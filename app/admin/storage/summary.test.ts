import { expect, test } from "vitest";
import { summarizeFindings } from "./summary";

test.each([
  [[], "No problems found"],
  [["passed", "untested"], "No problems found"],
  [["warning", "passed"], "No problems found, 1 warning"],
  [["warning", "warning"], "No problems found, 2 warnings"],
  [["failed", "warning"], "1 problem found"],
  [["failed", "failed"], "2 problems found"],
] as const)("summarizes %j as %s", (outcomes, summary) => {
  expect(summarizeFindings(outcomes.map((outcome) => ({ outcome })))).toBe(summary);
});

import { expect, test } from "vitest";
import { formatIsoDuration, formatRule } from "./duration-text";

test.each([
  ["P6M", "six months"],
  ["P30D", "30 days"],
  ["P1Y", "one year"],
  ["P1Y6M", "one year and six months"],
  ["P2W", "two weeks"],
  ["PT15M", "15 minutes"],
  ["P1DT1H", "one day and one hour"],
])("formatIsoDuration formats %s as %s", (duration, text) => {
  expect(formatIsoDuration(duration)).toBe(text);
});

test.each([
  ["decision", "Deleted 30 days after the decision; without a decision one year after the upload"],
  ["leaving", "Deleted 30 days after the member leaves"],
] as const)("formatRule says what a rule from %s means", (from, text) => {
  expect(formatRule({ from, for: "P30D", undecidedFor: "P1Y" })).toBe(text);
});

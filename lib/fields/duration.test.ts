import { expect, test } from "vitest";
import { addDuration, isDuration } from "./duration";

test.each([
  ["2026-03-01", "P3Y", "2029-03-01"],
  ["2026-08-31", "P6M", "2027-02-28"],
  ["2024-02-29", "P1Y", "2025-02-28"],
  ["2026-11-23", "P30D", "2026-12-23"],
  ["2026-12-31", "P1M2W", "2027-02-14"],
])("%s plus %s is %s", (start, duration, end) => {
  expect(addDuration(new Date(start), duration)).toEqual(new Date(end));
});

test.each(["P", "", "3Y", "PT5H", "P-1Y", "P1.5Y", "P1Y ", "P1D1Y"])(
  "%j is not a calendar duration",
  (text) => {
    expect(isDuration(text)).toBe(false);
    expect(() => addDuration(new Date(), text)).toThrow();
  },
);

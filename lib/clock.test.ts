import { describe, expect, test } from "vitest";
import { createOffsetClock, instantBefore, isClockOffset } from "./clock";

describe("a clock with an offset", () => {
  test.each([
    ["P7D", 7 * 24],
    ["-P1DT2H", -26],
    ["PT0S", 0],
  ])("of %s goes %i hours ahead", (offset, hours) => {
    const ahead = createOffsetClock(offset).now().getTime() - Date.now();
    expect(Math.round(ahead / 1000)).toBe(hours * 3600);
  });

  test("of P1Y shows the same day of the next year", () => {
    const now = new Date();
    const next = createOffsetClock("P1Y").now();
    expect(next.getUTCFullYear()).toBe(now.getUTCFullYear() + 1);
    expect(now.getUTCDate() - next.getUTCDate()).toBeLessThanOrEqual(1);
  });
});

test.each(["7M", "P", "", "P7M ", "tomorrow"])("%j is not a clock offset", (text) => {
  expect(isClockOffset(text)).toBe(false);
});

test.each([
  ["2027-03-31T10:00:00.000Z", "P1M", "2027-02-28T10:00:00.000Z"],
  ["2028-02-29T23:59:59.999Z", "P1Y", "2027-02-28T23:59:59.999Z"],
  ["2027-01-01T00:00:00.000Z", "PT15M", "2026-12-31T23:45:00.000Z"],
])("the instant before %s by %s is %s", (instant, duration, earlier) => {
  expect(instantBefore(new Date(instant), duration).toISOString()).toBe(earlier);
});

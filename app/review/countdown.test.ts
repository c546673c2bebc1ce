import { describe, expect, test } from "vitest";
import { claimPhaseOf, secondsUntil, shouldAnnounce, WARNING_SECONDS } from "./countdown";

test.each([
  [10_000, 0, 10],
  [10_000, 1, 10],
  [10_000, 9_001, 1],
  [10_000, 10_000, 0],
  [10_000, 99_000, 0],
])("counts the seconds until %d ms at %d ms: %d", (until, now, seconds) => {
  expect(secondsUntil(until, now)).toBe(seconds);
});

describe("a claim", () => {
  test("warns at least 20 seconds before its end", () => {
    expect(WARNING_SECONDS).toBeGreaterThanOrEqual(20);
    expect(claimPhaseOf(WARNING_SECONDS + 1)).toBe("active");
    expect(claimPhaseOf(WARNING_SECONDS)).toBe("ending");
    expect(claimPhaseOf(1)).toBe("ending");
  });

  test("expires with its last second", () => {
    expect(claimPhaseOf(0)).toBe("expired");
  });
});

describe("the undo time", () => {
  test("is announced once", () => {
    const seconds = Array.from({ length: 10 }, (_, index) => 10 - index);
    expect(seconds.filter((each) => shouldAnnounce(each, 10))).toEqual([5]);
  });

  test("is not announced if it is very short", () => {
    expect([4, 3, 2, 1].filter((each) => shouldAnnounce(each, 4))).toEqual([]);
  });
});

import { describe, expect, it } from "vitest";
import { claimPhaseOf, shouldAnnounce, secondsUntil, WARNING_SECONDS } from "./countdown";

describe("what is left", () => {
  it.each([
    [10_000, 0, 10],
    [10_000, 1, 10],
    [10_000, 9_001, 1],
    [10_000, 10_000, 0],
    [10_000, 99_000, 0],
  ])("until %d at %d is %d s", (until, now, seconds) => {
    expect(secondsUntil(until, now)).toBe(seconds);
  });
});

describe("a hold", () => {
  it("warns while there are at least 20 seconds left to keep it", () => {
    expect(WARNING_SECONDS).toBeGreaterThanOrEqual(20);
    expect(claimPhaseOf(WARNING_SECONDS + 1)).toBe("calm");
    expect(claimPhaseOf(WARNING_SECONDS)).toBe("ending");
    expect(claimPhaseOf(1)).toBe("ending");
  });

  it("is over at its very end", () => {
    expect(claimPhaseOf(0)).toBe("over");
  });
});

describe("the undo time", () => {
  it("is said aloud once while it runs, not every second", () => {
    const said = Array.from({ length: 10 }, (_, index) => 10 - index).filter((left) => shouldAnnounce(left, 10));
    expect(said).toEqual([5]);
  });

  it("is not said aloud when it is too short for that", () => {
    expect([4, 3, 2, 1].filter((left) => shouldAnnounce(left, 4))).toEqual([]);
  });
});

import { describe, expect, test } from "vitest";
import { statusAt } from "./validity";

const now = new Date("2026-03-01T10:00:00Z");

describe("statusAt", () => {
  test.each([
    ["no date", null, "approved"],
    ["a future date", "2026-03-01T10:00:00.001Z", "approved"],
    ["the current time", now, "expired"],
    ["a past date", "2026-02-28T00:00:00Z", "expired"],
  ] as const)("gives the status of an approval with %s", (_, validUntil, status) => {
    expect(statusAt({ status: "approved", validUntil }, now)).toBe(status);
  });

  test("keeps a superseded status after the date", () => {
    expect(statusAt({ status: "superseded", validUntil: "2026-01-01T00:00:00Z" }, now)).toBe("superseded");
  });
});

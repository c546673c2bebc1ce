import { describe, expect, test } from "vitest";
import { statusAt } from "./validity";

const now = new Date("2026-03-01T10:00:00Z");

describe("statusAt", () => {
  test.each([
    ["no date", null, "approved"],
    ["a date to come", "2026-03-01T10:00:00.001Z", "approved"],
    ["this very moment", now, "expired"],
    ["a date that passed", "2026-02-28T00:00:00Z", "expired"],
  ] as const)("reads an approval with %s", (_, validUntil, status) => {
    expect(statusAt({ status: "approved", validUntil }, now)).toBe(status);
  });

  test("keeps every other status after the date", () => {
    expect(statusAt({ status: "superseded", validUntil: "2026-01-01T00:00:00Z" }, now)).toBe("superseded");
  });
});

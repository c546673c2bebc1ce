import { describe, expect, test } from "vitest";
import {
  formatAge,
  formatDate,
  formatDateAndRelative,
  formatDateTime,
  formatDuration,
  formatMoment,
  formatRelativeDate,
  toIsoDay,
} from "./format";

const now = new Date("2023-11-22T23:30:00Z");

describe("dates", () => {
  test("are formatted in UTC with short month names", () => {
    expect(formatDate("2026-11-22")).toBe("22 Nov 2026");
    expect(formatDate("2026-09-01T00:30:00+02:00")).toBe("31 Aug 2026");
    expect(formatDate("2026-09-03")).toBe("3 Sep 2026");
    expect(formatDateTime("2026-03-01T09:05:59Z")).toBe("1 Mar 2026, 09:05 UTC");
  });

  test("are formatted in the zone of the reader", () => {
    const late = "2026-03-01T23:30:00Z";
    expect(formatDate(late, "Asia/Tokyo")).toBe("2 Mar 2026");
    expect(formatMoment(late, "Asia/Tokyo")).toBe("2 Mar 2026, 08:30");
    expect(formatDateTime(late, "Asia/Tokyo")).toBe("2 Mar 2026, 08:30 Asia/Tokyo");
    expect(formatMoment("2026-03-01T00:05:00Z", "UTC")).toBe("1 Mar 2026, 00:05 UTC");
    expect(formatDate("2026-03-01", "Pacific/Honolulu")).toBe("1 Mar 2026");
    expect(toIsoDay("2026-03-01T10:00:00Z", "Pacific/Kiritimati")).toBe("2026-03-02");
  });

  test("are formatted with their distance from now", () => {
    expect(formatDateAndRelative("2026-11-22", now)).toBe("22 Nov 2026, in 3 years");
    expect(formatDateAndRelative("2024-10-21", now)).toBe("21 Oct 2024, in 11 months");
  });

  test.each([
    ["2023-11-22T00:01:00Z", "today"],
    ["2023-11-23T00:10:00Z", "tomorrow"],
    ["2023-11-21T23:59:00Z", "yesterday"],
    ["2023-11-24", "in 2 days"],
    ["2023-11-08", "2 weeks ago"],
    ["2023-12-22T23:30:00Z", "in 4 weeks"],
    ["2024-02-22", "in 3 months"],
    ["2025-05-22", "in 18 months"],
    ["2026-11-21", "in 3 years"],
    ["2022-11-22", "1 year ago"],
  ])("formatRelativeDate formats %s as %s", (value, text) => {
    expect(formatRelativeDate(value, now)).toBe(text);
  });
});

describe("ages", () => {
  test.each([
    ["2023-11-22T23:29:30Z", "now"],
    ["2023-11-22T23:25:00Z", "5 min"],
    ["2023-11-22T20:00:00Z", "3 h"],
    ["2023-11-20T22:00:00Z", "2 d"],
    ["2023-10-01T00:00:00Z", "7 wk"],
    ["2021-01-01T00:00:00Z", "2 y"],
  ])("formatAge formats %s as %s", (value, text) => {
    expect(formatAge(value, now)).toBe(text);
  });

  test("formatAge returns now for a time slightly in the future", () => {
    expect(formatAge("2023-11-22T23:30:05Z", now)).toBe("now");
  });
});

describe("durations", () => {
  test.each([
    [0.2, "1 s"],
    [7.2, "8 s"],
    [61, "2 min"],
    [3600, "1 h"],
    [3900, "1 h 5 min"],
  ])("formatDuration formats %d seconds as %s", (seconds, text) => {
    expect(formatDuration(seconds)).toBe(text);
  });
});

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { addDuration, dayOf, endOfDay, isDuration, toDay } from "./calendar";

/** From the west of the date line to its east, with changes at midnight and half hours. */
const ZONES = [
  "Etc/GMT+12",
  "America/Sao_Paulo",
  "America/St_Johns",
  "UTC",
  "Europe/London",
  "Asia/Beirut",
  "Asia/Kathmandu",
  "Australia/Lord_Howe",
  "Pacific/Apia",
  "Pacific/Kiritimati",
];
const instants = fc.date({ min: new Date("2000-01-01"), max: new Date("2100-01-01"), noInvalidDate: true });
const days = instants.map((instant) => instant.toISOString().slice(0, 10));
const zones = fc.constantFrom(...ZONES);

test.each([
  ["2026-03-01", "P3Y", "2029-03-01"],
  ["2026-08-31", "P6M", "2027-02-28"],
  ["2024-02-29", "P1Y", "2025-02-28"],
  ["2024-02-29", "P4Y", "2028-02-29"],
  ["2026-11-23", "P30D", "2026-12-23"],
  ["2026-12-31", "P1M2W", "2027-02-14"],
])("%s plus %s is %s", (start, duration, end) => {
  expect(addDuration(start, duration)).toBe(end);
});

test.each(["P", "", "3Y", "PT5H", "P-1Y", "-P1Y", "P1.5Y", "P1Y ", "P1D1Y", "P1YT1H", "P10000Y"])(
  "%j is not a calendar duration",
  (text) => {
    expect(isDuration(text)).toBe(false);
    expect(() => addDuration("2026-03-01", text)).toThrow("calendar duration");
  },
);

describe("a duration that is added to any day", () => {
  test("in months gives the same day or the last one", () => {
    fc.assert(
      fc.property(days, fc.nat(600), (day, months) => {
        const end = addDuration(day, `P${months}M`);
        const [year = 0, month = 0] = day.split("-").map(Number);
        const first = new Date(Date.UTC(year, month - 1 + months, 1));
        const lastDay = new Date(Date.UTC(year, month + months, 0)).getUTCDate();
        expect(end.slice(0, 7)).toBe(first.toISOString().slice(0, 7));
        expect(Number(end.slice(8))).toBe(Math.min(Number(day.slice(8)), lastDay));
      }),
    );
  });

  test("in days or weeks counts every day, leap days too", () => {
    fc.assert(
      fc.property(days, fc.nat(20_000), fc.nat(500), (day, count, weeks) => {
        const end = addDuration(day, `P${weeks}W${count}D`);
        expect((Date.parse(end) - Date.parse(day)) / 86_400_000).toBe(weeks * 7 + count);
      }),
    );
  });

  test("keeps the order of days", () => {
    fc.assert(
      fc.property(days, days, fc.nat(9), fc.nat(20), fc.nat(40), (one, other, y, m, d) => {
        const [early = "", late = ""] = [one, other].sort();
        const duration = `P${y}Y${m}M${d}D`;
        expect(addDuration(early, duration) <= addDuration(late, duration)).toBe(true);
      }),
    );
  });
});

describe("the end of a day in any time zone", () => {
  test("is the last millisecond on which a clock there shows the day", () => {
    fc.assert(
      fc.property(instants, zones, (instant, zone) => {
        const day = dayOf(instant, zone);
        const end = endOfDay(day, zone);
        expect(end >= instant).toBe(true);
        expect(dayOf(end, zone)).toBe(day);
        expect(dayOf(new Date(end.getTime() + 1), zone) > day).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  test.each([
    ["2026-03-28", "Europe/London", "2026-03-28T23:59:59.999Z"],
    ["2026-03-29", "Europe/London", "2026-03-29T22:59:59.999Z"],
    // Midnight does not exist on 4 November: the day begins at 1:00.
    ["2018-11-03", "America/Sao_Paulo", "2018-11-04T02:59:59.999Z"],
    // Samoa left out 30 December when it changed sides of the date line.
    ["2011-12-29", "Pacific/Apia", "2011-12-30T09:59:59.999Z"],
    ["2026-06-30", "Etc/GMT+12", "2026-07-01T11:59:59.999Z"],
    ["2026-06-30", "Pacific/Kiritimati", "2026-06-30T09:59:59.999Z"],
  ])("of %s in %s is %s", (day, zone, end) => {
    expect(endOfDay(day, zone).toISOString()).toBe(end);
  });
});

test.each([["2026-02-29"], ["next week"], [""], [20260101], [null]])("%j is not a day", (value) => {
  expect(toDay(value)).toBeNull();
});

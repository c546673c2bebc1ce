import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { FileStatus } from "../db/generated/enums";
import { type DatedFile, keepUntilOf, type Rule } from "./keep-until";

const submitted: DatedFile = {
  status: "submitted",
  createdAt: new Date("2026-01-31T22:30:00Z"),
  decidedAt: null,
  supersededAt: null,
  purgedAt: null,
  facts: null,
};
const decidedAt = new Date("2026-02-10T10:00:00Z");
const approved: DatedFile = { ...submitted, status: "approved", decidedAt };
const rejected: DatedFile = { ...submitted, status: "rejected", decidedAt };
const supersededAt = new Date("2026-05-05T10:00:00Z");
const leftAt = new Date("2026-06-06T10:00:00Z");

function rule(from: Rule["from"], lasts = "P6M"): Rule {
  return { from, for: lasts, undecidedFor: "P1Y", issueFact: "issuedOn" };
}

/** The last day in UTC, or null. */
function lastDay(rule: Rule, file: DatedFile, left: Date | null = null): string | null {
  return keepUntilOf(rule, file, { leftAt: left, timeZone: "UTC" })?.toISOString().slice(0, 10) ?? null;
}

describe("the last day of a file", () => {
  test.each<[string, Rule, DatedFile, Date | null, string | null]>([
    ["counts from the upload", rule("submission"), submitted, null, "2026-07-31"],
    ["counts from the upload after a decision too", rule("submission"), approved, null, "2026-07-31"],
    ["counts from the decision", rule("decision"), approved, null, "2026-08-10"],
    ["counts from a rejection", rule("decision"), rejected, null, "2026-08-10"],
    ["waits a year for a decision", rule("decision"), submitted, null, "2027-01-31"],
    [
      "counts from the replacement of an undecided file",
      rule("decision"),
      { ...submitted, status: "superseded", supersededAt },
      null,
      "2026-11-05",
    ],
    [
      "counts from the decision on a replaced file",
      rule("decision"),
      { ...approved, status: "superseded", supersededAt },
      null,
      "2026-08-10",
    ],
    [
      "counts from the date of issue",
      rule("issue"),
      { ...approved, facts: { issuedOn: "2025-12-31" } },
      null,
      "2026-06-30",
    ],
    [
      "counts from the decision without a date of issue",
      rule("issue"),
      { ...rejected, facts: {} },
      null,
      "2026-08-10",
    ],
    [
      "is not before the decision",
      rule("issue"),
      { ...approved, facts: { issuedOn: "2020-01-01" } },
      null,
      "2026-02-10",
    ],
    ["is open until the file is replaced", rule("superseded"), approved, null, null],
    [
      "counts from the replacement",
      rule("superseded"),
      { ...approved, status: "superseded", supersededAt },
      null,
      "2026-11-05",
    ],
    ["ends a rejected file that is never replaced", rule("superseded"), rejected, null, "2027-02-10"],
    ["is open until the owner leaves", rule("leaving"), { ...submitted, status: "stored" }, null, null],
    ["counts from leaving", rule("leaving"), { ...submitted, status: "stored" }, leftAt, "2026-12-06"],
    [
      "ends a file that no one replaces after its owner left",
      rule("superseded"),
      approved,
      leftAt,
      "2026-12-06",
    ],
    ["ends an undecided file of a person who left", rule("decision"), submitted, leftAt, "2026-12-06"],
    ["is gone with the bytes", rule("submission"), { ...submitted, purgedAt: decidedAt }, null, null],
  ])("%s", (_, rule, file, left, day) => {
    expect(lastDay(rule, file, left)).toBe(day);
  });

  test("is a day of the organisation's time zone", () => {
    const end = (timeZone: string) =>
      keepUntilOf(rule("submission", "P1D"), submitted, { leftAt: null, timeZone })?.toISOString();
    // In Kiritimati the upload was on 1 February.
    expect(end("Pacific/Kiritimati")).toBe("2026-02-02T09:59:59.999Z");
    expect(end("Europe/Berlin")).toBe("2026-02-01T22:59:59.999Z");
    expect(end("Etc/GMT+12")).toBe("2026-02-02T11:59:59.999Z");
  });
});

const instant = fc.date({ min: new Date("2020-01-01"), max: new Date("2030-01-01"), noInvalidDate: true });
const rules = fc
  .tuple(
    fc.constantFrom<Rule["from"]>("submission", "decision", "issue", "superseded", "leaving"),
    fc.constantFrom("P0D", "P30D", "P6M", "P10Y"),
  )
  .map(([from, lasts]) => rule(from, lasts));
const files: fc.Arbitrary<DatedFile> = fc.record({
  status: fc.constantFrom(...Object.values(FileStatus)),
  createdAt: instant,
  decidedAt: fc.option(instant),
  supersededAt: fc.option(instant),
  purgedAt: fc.constant(null),
  facts: fc.option(fc.record({ issuedOn: fc.constantFrom("2025-02-28", "", "soon") })),
});

describe("by any rule", () => {
  test("every file of a person who left has an end", () => {
    fc.assert(fc.property(rules, files, instant, (rule, file, left) => lastDay(rule, file, left) !== null));
  });

  test("every file that no reviewer approved has an end", () => {
    const unapproved = fc.constantFrom<FileStatus>("submitted", "changes_requested", "rejected");
    fc.assert(
      fc.property(rules, files, unapproved, (rule, file, status) => {
        expect(lastDay(rule, { ...file, status })).not.toBeNull();
      }),
    );
  });

  test("every replaced file has an end, unless it waits for leaving", () => {
    fc.assert(
      fc.property(rules, files, instant, (rule, file, supersededAt) => {
        const end = lastDay(rule, { ...file, status: "superseded", supersededAt });
        expect(end !== null || rule.from === "leaving").toBe(true);
      }),
    );
  });

  test("no file ends before the day of its decision is over", () => {
    fc.assert(
      fc.property(rules, files, instant, (rule, file, decidedAt) => {
        const end = lastDay(rule, { ...file, decidedAt });
        expect(end === null || end >= decidedAt.toISOString().slice(0, 10)).toBe(true);
      }),
    );
  });
});

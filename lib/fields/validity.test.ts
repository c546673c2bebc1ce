import { expect, test } from "vitest";
import { createFactsSchema } from "./facts";
import type { Field } from "./field";
import { validUntilOf } from "./validity";

const decidedAt = new Date("2026-03-01T10:00:00Z");
const facts: Field["facts"] = [
  { name: "printed", label: "Printed on", kind: "date", issueDate: true, required: true },
  { name: "ends", label: "Expires on", kind: "date", when: "future", required: true },
  { name: "met", label: "Met on", kind: "date", when: "any", required: false },
];
const recorded = { printed: "2025-06-30", ends: "2031-05-31", met: "2026-04-01" };

test.each<[string, Pick<Field, "validFor" | "validUntil">, object, string | null]>([
  ["from the date of issue", { validFor: "P3Y" }, recorded, "2028-06-30"],
  ["from the decision without a date of issue", { validFor: "P1Y" }, {}, "2027-03-01"],
  ["at the date that a fact says", { validUntil: { fact: "ends" } }, recorded, "2031-05-31"],
  ["nowhere if that fact is missing", { validUntil: { fact: "ends" } }, {}, null],
  ["nowhere if the date of issue is not a date", { validFor: "P3Y" }, { printed: "next week" }, null],
  ["nowhere without a rule", {}, recorded, null],
])("an approval ends %s", (_, rule, values, end) => {
  expect(validUntilOf({ facts, ...rule }, { ...values }, "2026-03-01")).toBe(end);
});

test.each(["\u200b", "\u2800 \u3164", "\u00ad"])("a required text is missing if it is %j", (place) => {
  const schema = createFactsSchema(
    { facts: [{ name: "place", label: "Place", kind: "text", required: true }] },
    { complete: true, today: decidedAt },
  );
  expect(schema.safeParse({ place }).error?.issues).toMatchObject([{ message: "is required" }]);
  expect(schema.parse({ place: "\u200fחיפה" })).toEqual({ place: "חיפה" });
});

test.each([
  ["a day that has begun nowhere as a past date", { printed: "2026-03-03" }, ["printed is in the future"]],
  ["tomorrow in UTC, which is today at UTC+14", { printed: "2026-03-02" }, []],
  ["today as a past date", { printed: "2026-03-01" }, []],
  ["today as a future date", { ends: "2026-03-01" }, ["ends must be after today"]],
  ["tomorrow as a future date", { ends: "2026-03-02" }, []],
  ["yesterday as any date", { met: "2026-02-28" }, []],
  ["tomorrow as any date", { met: "2026-03-02" }, []],
])("a reviewer records %s", (_, values, messages) => {
  const schema = createFactsSchema({ facts }, { complete: false, today: decidedAt });
  const issues = schema.safeParse(values).error?.issues ?? [];
  expect(issues.map(({ path, message }) => `${path.join(".")} ${message}`)).toEqual(messages);
});

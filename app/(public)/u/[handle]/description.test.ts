import { expect, test } from "vitest";
import { descriptionOf } from "./description";

test("a profile is described by its headline", () => {
  expect(descriptionOf({ name: "Ada", headline: "Volunteer tutor", bio: "Long" })).toBe("Volunteer tutor");
});

test("without one, by how its words begin, cut between two of them", () => {
  const told = descriptionOf({ name: "Ada", headline: "", bio: `First\n\nline. ${"word ".repeat(60)}` });
  expect(told).toMatch(/^First line\. word .*word…$/);
  expect([...told].length).toBeLessThanOrEqual(160);
});

test("without any, by its name", () => {
  expect(descriptionOf({ name: "Ada", headline: "", bio: "" })).toBe("The profile of Ada.");
});

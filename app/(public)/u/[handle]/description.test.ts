import { expect, test } from "vitest";
import { descriptionOf } from "./description";

test("descriptionOf returns the headline", () => {
  expect(descriptionOf({ name: "Ada", headline: "Volunteer tutor", bio: "Long" })).toBe("Volunteer tutor");
});

test("descriptionOf cuts the text between two words without a headline", () => {
  const description = descriptionOf({
    name: "Ada",
    headline: "",
    bio: `First\n\nline. ${"word ".repeat(60)}`,
  });
  expect(description).toMatch(/^First line\. word .*word…$/);
  expect([...description].length).toBeLessThanOrEqual(160);
});

test("descriptionOf returns the name without headline and text", () => {
  expect(descriptionOf({ name: "Ada", headline: "", bio: "" })).toBe("The profile of Ada.");
});

import { expect, test } from "vitest";
import { checkTexts, completeAddress, entriesOf, sentenceOf, textsOf } from "./profile-entries";

const TEXTS = {
  ...{ name: "Ada", headline: "", bio: "", pronouns: "", location: "", languages: "" },
  links: [{ url: "https://example.org/" }],
};

test("entriesOf and textsOf turn texts into entries and back", () => {
  const entries = entriesOf(TEXTS);
  expect(entries.links).toEqual([{ url: "https://example.org/", label: "" }]);
  const typed = {
    ...entries,
    bio: " Hello ",
    links: [
      { url: "", label: "" },
      { url: "https://example.org/", label: "" },
    ],
  };
  expect(textsOf(typed)).toEqual({
    ...TEXTS,
    bio: "Hello",
    links: [{ url: "https://example.org/", label: "" }],
  });
});

test("checkTexts finds an empty name and half an address", () => {
  const links = [
    { url: "", label: "" },
    { url: "https://exa", label: "" },
    { url: "", label: "Me" },
    { url: "https://example.org", label: "" },
  ];
  const errors = checkTexts({ ...entriesOf(TEXTS), name: "  ", links });
  expect(errors.map(({ path }) => path)).toEqual(["name", "links.1.url", "links.2.url"]);
  expect(errors.map(sentenceOf)).toEqual([
    "The name must not be empty.",
    "The address must have the name of a website, such as https://example.org.",
    "The address must not be empty.",
  ]);
  expect(checkTexts(entriesOf(TEXTS))).toEqual([]);
});

test.each([
  ["example.org", "https://example.org"],
  [" example.org/me ", "https://example.org/me"],
  ["http://example.org", "http://example.org"],
  ["javascript:alert(1).x", "javascript:alert(1).x"],
  ["mailto:ada@example.org", "mailto:ada@example.org"],
  ["my garden", "my garden"],
  ["", ""],
])("completeAddress writes %j as %j", (typed, completed) => {
  expect(completeAddress(typed)).toBe(completed);
});

import { globSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";

const FORMS = globSync("app/**/*.tsx")
  .map((path) => ({ path, text: readFileSync(path, "utf8") }))
  .filter(({ text }) => text.includes('method="post"') && !text.includes("action={"));

test("the pages have forms that scripts send", () => {
  expect(FORMS.length).toBeGreaterThan(5);
});

// The script of early input holds each of them back until `useEarlySubmit` has its ref.
test.each(FORMS)("$path takes up what was sent too early", ({ text }) => {
  expect(text.split("ref={form}")).toHaveLength(text.split('method="post"').length);
});

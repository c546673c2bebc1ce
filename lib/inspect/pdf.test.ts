import { expect, test } from "vitest";
import { countPages } from "./pdf";
import { readFixture } from "./testing/fixtures";

test("opens many PDFs one after another in the memory of one", async () => {
  const bytes = await readFixture("scripted-form.pdf");
  const counts: number[] = [];
  for (let opened = 0; opened < 60; opened += 1) counts.push(await countPages(bytes));
  expect(new Set(counts)).toEqual(new Set([1]));
});

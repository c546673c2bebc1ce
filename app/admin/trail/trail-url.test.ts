import { expect, test } from "vitest";
import { eventLabel, formatDetail } from "./event-labels";
import { parseTrailSearch, trailHref } from "./trail-url";

test("a search survives the way through its address", () => {
  const search = { about: "ada+1@example.org", event: "bytes.destroyed", from: "2026-03-01", cursor: "12" };
  const params = Object.fromEntries(new URL(trailHref(search), "http://localhost").searchParams);
  expect(parseTrailSearch(params)).toEqual(search);
});

test("a mistyped address shows the whole trail", () => {
  const params = { about: "  ", by: ["a", "b"], from: "yesterday", to: "2026-02-30", cursor: "x" };
  expect(trailHref(parseTrailSearch(params))).toBe("/admin/trail");
});

test("an entry is shown in words, an unknown event as it is", () => {
  expect([eventLabel("bytes.destroyed"), eventLabel("planted.event")]).toEqual([
    "Files deleted",
    "planted.event",
  ]);
  expect(formatDetail({ role: "reviewer", fields: "contract,medicalLetter", note: "" })).toBe(
    "role: reviewer · fields: contract, medicalLetter · note: none",
  );
});

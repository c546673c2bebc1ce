import { expect, test } from "vitest";
import { groupAccesses } from "./group-accesses";

const grace = { name: "Grace", role: "reviewer" };

test("groups the accesses of one person and keeps the latest", () => {
  expect(
    groupAccesses([
      { at: "2026-03-03", intent: "view", by: grace },
      { at: "2026-03-02", intent: "view", by: { name: "Bob", role: "admin" } },
      { at: "2026-03-01", intent: "view", by: grace },
    ]),
  ).toEqual([
    { name: "Grace", intent: "view", count: 2, lastAt: "2026-03-03" },
    { name: "Bob", intent: "view", count: 1, lastAt: "2026-03-02" },
  ]);
});

test("does not group a download with a view", () => {
  const accesses = groupAccesses([
    { at: "2026-03-02", intent: "download", by: grace },
    { at: "2026-03-01", intent: "view", by: grace },
  ]);
  expect(accesses.map(({ intent }) => intent)).toEqual(["download", "view"]);
});

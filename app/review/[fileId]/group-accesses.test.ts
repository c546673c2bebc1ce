import { expect, it } from "vitest";
import { groupAccesses } from "./group-accesses";

const grace = { name: "Grace", role: "reviewer" };

it("gathers the looks of one person and keeps the latest", () => {
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

it("never lets a copy taken away pass for a look", () => {
  const looks = groupAccesses([
    { at: "2026-03-02", intent: "download", by: grace },
    { at: "2026-03-01", intent: "view", by: grace },
  ]);
  expect(looks.map(({ intent: what }) => what)).toEqual(["download", "view"]);
});

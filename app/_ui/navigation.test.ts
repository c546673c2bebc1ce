import { describe, expect, test } from "vitest";
import { homePathOf, navItemsFor } from "./navigation";

describe("navItemsFor", () => {
  test("returns no links for a visitor who is not signed in", () => {
    expect(navItemsFor(null)).toEqual([]);
  });

  test("returns the review queue for reviewers, and the admin pages", () => {
    const labels = (role: "member" | "reviewer" | "admin") =>
      navItemsFor({ role, grants: [] }).map((place) => place.label);
    expect(labels("member")).toEqual(["Profile", "Documents", "Your data"]);
    expect(labels("reviewer")).toEqual(["Review queue", "Profile", "Documents", "Your data"]);
    expect(labels("admin")).toEqual(["Review queue", "Profile", "Documents", "Your data", "Admin"]);
  });
});

test("homePathOf sends reviewers to the queue and others to their documents", () => {
  expect([homePathOf("member"), homePathOf("reviewer"), homePathOf("admin")]).toEqual([
    "/documents",
    "/review",
    "/documents",
  ]);
});

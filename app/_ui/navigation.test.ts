import { describe, expect, test } from "vitest";
import { homePathOf, navItemsFor } from "./navigation";

describe("navItemsFor", () => {
  test("returns no links for a visitor who is not signed in", () => {
    expect(navItemsFor(null)).toEqual([]);
  });

  test("returns the review queue for those who review, and the admin pages", () => {
    const labels = (role: "member" | "reviewer" | "admin", grants: string[] = []) =>
      navItemsFor({ role, grants }).map((place) => place.label);
    expect(labels("member")).toEqual(["Profile", "Documents", "Your data"]);
    expect(labels("reviewer")).toEqual(["Review queue", "Profile", "Documents", "Your data"]);
    expect(labels("admin")).toEqual(["Admin", "Profile", "Documents", "Your data"]);
    expect(labels("admin", ["contract"])).toEqual([
      "Admin",
      "Review queue",
      "Profile",
      "Documents",
      "Your data",
    ]);
  });
});

test("homePathOf sends each role to the page of its work", () => {
  expect([homePathOf("member"), homePathOf("reviewer"), homePathOf("admin")]).toEqual([
    "/documents",
    "/review",
    "/admin",
  ]);
});

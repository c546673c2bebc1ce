import { describe, expect, it } from "vitest";
import { homePathOf, navItemsFor } from "./navigation";

describe("the header's places", () => {
  it("are none for a stranger", () => {
    expect(navItemsFor(null)).toEqual([]);
  });

  it("offer the desk to reviewers and admins, the storage to admins, and neither to anybody else", () => {
    const labels = (role: "member" | "reviewer" | "admin") =>
      navItemsFor({ role, grants: [] }).map((place) => place.label);
    expect(labels("member")).toEqual(["Profile", "Documents"]);
    expect(labels("reviewer")).toEqual(["Desk", "Profile", "Documents"]);
    expect(labels("admin")).toEqual(["Desk", "Profile", "Documents", "Storage"]);
  });
});

it("a reviewer's day begins at the desk, everybody else's with their documents", () => {
  expect([homePathOf("member"), homePathOf("reviewer"), homePathOf("admin")]).toEqual([
    "/documents",
    "/review",
    "/documents",
  ]);
});

import { describe, expect, it } from "vitest";
import { homeOf, placesFor } from "./navigation";

describe("the header's places", () => {
  it("are none for a stranger", () => {
    expect(placesFor(null)).toEqual([]);
  });

  it("offer the desk to reviewers and admins, the storage to admins, and neither to anybody else", () => {
    const labels = (role: "member" | "reviewer" | "admin") =>
      placesFor({ role, grants: [] }).map((place) => place.label);
    expect(labels("member")).toEqual(["Profile", "Documents"]);
    expect(labels("reviewer")).toEqual(["Desk", "Profile", "Documents"]);
    expect(labels("admin")).toEqual(["Desk", "Profile", "Documents", "Storage"]);
  });
});

it("a reviewer's day begins at the desk, everybody else's with their documents", () => {
  expect([homeOf("member"), homeOf("reviewer"), homeOf("admin")]).toEqual([
    "/documents",
    "/review",
    "/documents",
  ]);
});

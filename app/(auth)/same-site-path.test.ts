import { describe, expect, it } from "vitest";
import { sameSitePath } from "./same-site-path";

describe("where signing in may lead", () => {
  it.each(["/documents", "/review?status=submitted&field=dbsCertificate", "/u/ada#about", "/"])(
    "back to %s",
    (path) => {
      expect(sameSitePath(path)).toBe(path);
    },
  );

  it.each([
    "https://evil.org/",
    "//evil.org",
    "///evil.org",
    "/\\evil.org",
    "\\\\evil.org",
    "/\t/evil.org",
    "/\n/evil.org",
    "/.//evil.org",
    "/..//evil.org",
    "/x/..//evil.org",
    "/%2e//evil.org",
    "javascript:alert(1)",
    " /documents",
    "documents",
    "http:evil.org",
    "/\\[",
    "",
  ])("never to %j", (path) => {
    expect(sameSitePath(path)).toBeNull();
  });

  it("never to the interface for programs, nor round in a circle", () => {
    expect(sameSitePath("/api/files/1/content")).toBeNull();
    expect(sameSitePath("/sign-in?next=/sign-in")).toBeNull();
    expect(sameSitePath("/sign-up")).toBeNull();
    expect(sameSitePath("/apiary")).toBe("/apiary");
  });

  it("nowhere without a wish", () => {
    expect(sameSitePath(undefined)).toBeNull();
    expect(sameSitePath(null)).toBeNull();
  });
});

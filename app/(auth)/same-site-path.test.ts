import { describe, expect, it } from "vitest";
import { parseSameSitePath } from "./same-site-path";

describe("where signing in may lead", () => {
  it.each(["/documents", "/review?status=submitted&field=dbsCertificate", "/u/ada#about", "/"])(
    "back to %s",
    (path) => {
      expect(parseSameSitePath(path)).toBe(path);
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
    expect(parseSameSitePath(path)).toBeNull();
  });

  it("never to the interface for programs, nor round in a circle", () => {
    expect(parseSameSitePath("/api/files/1/content")).toBeNull();
    expect(parseSameSitePath("/sign-in?next=/sign-in")).toBeNull();
    expect(parseSameSitePath("/sign-up")).toBeNull();
    expect(parseSameSitePath("/apiary")).toBe("/apiary");
  });

  it("nowhere without a wish", () => {
    expect(parseSameSitePath(undefined)).toBeNull();
    expect(parseSameSitePath(null)).toBeNull();
  });
});

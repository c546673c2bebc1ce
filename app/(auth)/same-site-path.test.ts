import { describe, expect, test } from "vitest";
import { parseSameSitePath } from "./same-site-path";

describe("parseSameSitePath", () => {
  test.each(["/documents", "/review?status=submitted&field=dbsCertificate", "/u/ada#about", "/"])(
    "accepts the path %s",
    (path) => {
      expect(parseSameSitePath(path)).toBe(path);
    },
  );

  test.each([
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
  ])("refuses %j", (path) => {
    expect(parseSameSitePath(path)).toBeNull();
  });

  test("refuses the API and the sign-in and sign-up pages", () => {
    expect(parseSameSitePath("/api/files/1/content")).toBeNull();
    expect(parseSameSitePath("/sign-in?next=/sign-in")).toBeNull();
    expect(parseSameSitePath("/sign-up")).toBeNull();
    expect(parseSameSitePath("/apiary")).toBe("/apiary");
  });

  test("returns null without a path", () => {
    expect(parseSameSitePath(undefined)).toBeNull();
    expect(parseSameSitePath(null)).toBeNull();
  });
});

import { describe, expect, test } from "vitest";
import { buildContentSecurityPolicy } from "./content-security-policy";

const settings = { nonce: "bm9uY2U=", isDevelopment: false, images: [], uploads: [], assets: [] };

function directive(policy: string, name: string): string[] {
  const matches = policy.split("; ").filter((part) => part.startsWith(`${name} `));
  expect(matches).toHaveLength(1);
  return matches[0]?.split(" ").slice(1) ?? [];
}

describe("the content security policy of a page", () => {
  test("allows scripts with the nonce and no eval", () => {
    const policy = buildContentSecurityPolicy(settings);
    expect(directive(policy, "script-src")).toEqual(["'self'", "'nonce-bm9uY2U='", "'strict-dynamic'"]);
    expect(directive(policy, "script-src-attr")).toEqual(["'none'"]);
    expect(policy).not.toContain("unsafe-eval");
  });

  test("allows no style element without the nonce", () => {
    expect(directive(buildContentSecurityPolicy(settings), "style-src")).toEqual([
      "'self'",
      "'nonce-bm9uY2U='",
    ]);
  });

  test("forbids framing, base URLs, foreign form targets and plug-ins", () => {
    const policy = buildContentSecurityPolicy(settings);
    expect(directive(policy, "frame-ancestors")).toEqual(["'none'"]);
    expect(directive(policy, "base-uri")).toEqual(["'none'"]);
    expect(directive(policy, "form-action")).toEqual(["'self'"]);
    expect(directive(policy, "object-src")).toEqual(["'none'"]);
  });

  test("allows static files of the published path only", () => {
    const host = "https://static.example.org/_next/static/";
    const policy = buildContentSecurityPolicy({ ...settings, assets: [host] });
    for (const name of ["script-src", "style-src", "font-src", "img-src"])
      expect(directive(policy, name)).toContain(host);
    expect(policy.split(host)).toHaveLength(5);
  });

  test("allows pictures and uploads from their own sources only", () => {
    const policy = buildContentSecurityPolicy({
      ...settings,
      images: ["https://media.example.org/", "https://s3.example.org/private/"],
      uploads: ["https://s3.example.org/private/"],
    });
    expect(directive(policy, "img-src")).toContain("https://media.example.org/");
    expect(directive(policy, "connect-src")).toEqual(["'self'", "https://s3.example.org/private/"]);
    expect(directive(policy, "default-src")).toEqual(["'self'"]);
  });

  test("allows what the development overlay needs", () => {
    const policy = buildContentSecurityPolicy({ ...settings, isDevelopment: true });
    expect(directive(policy, "script-src")).toContain("'unsafe-eval'");
    // A nonce would disable 'unsafe-inline'.
    expect(directive(policy, "style-src")).toEqual(["'self'", "'unsafe-inline'"]);
  });
});

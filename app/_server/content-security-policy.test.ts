import { describe, expect, it } from "vitest";
import { buildContentSecurityPolicy } from "./content-security-policy";

const settings = { nonce: "bm9uY2U=", isDevelopment: false, images: [], uploads: [], assets: [] };

function directive(policy: string, name: string): string[] {
  const found = policy.split("; ").filter((part) => part.startsWith(`${name} `));
  expect(found).toHaveLength(1);
  return found[0]?.split(" ").slice(1) ?? [];
}

describe("the policy of a page", () => {
  it("runs scripts by nonce and never evaluates text", () => {
    const policy = buildContentSecurityPolicy(settings);
    expect(directive(policy, "script-src")).toEqual(["'self'", "'nonce-bm9uY2U='", "'strict-dynamic'"]);
    expect(directive(policy, "script-src-attr")).toEqual(["'none'"]);
    expect(policy).not.toContain("unsafe-eval");
  });

  it("takes no style element without the nonce", () => {
    expect(directive(buildContentSecurityPolicy(settings), "style-src")).toEqual(["'self'", "'nonce-bm9uY2U='"]);
  });

  it("lets nobody frame the page, rebase it, post its forms elsewhere or embed a plug-in", () => {
    const policy = buildContentSecurityPolicy(settings);
    expect(directive(policy, "frame-ancestors")).toEqual(["'none'"]);
    expect(directive(policy, "base-uri")).toEqual(["'none'"]);
    expect(directive(policy, "form-action")).toEqual(["'self'"]);
    expect(directive(policy, "object-src")).toEqual(["'none'"]);
  });

  it("opens scripts, styles, fonts and pictures of the build to the host that it is published to, and nothing else of it", () => {
    const host = "https://static.example.org/_next/static/";
    const policy = buildContentSecurityPolicy({ ...settings, assets: [host] });
    for (const name of ["script-src", "style-src", "font-src", "img-src"])
      expect(directive(policy, name)).toContain(host);
    expect(policy.split(host)).toHaveLength(5);
  });

  it("opens pictures and uploads to the stores that are named, each for its own purpose", () => {
    const policy = buildContentSecurityPolicy({
      ...settings,
      images: ["https://media.example.org/", "https://s3.example.org/private/"],
      uploads: ["https://s3.example.org/private/"],
    });
    expect(directive(policy, "img-src")).toContain("https://media.example.org/");
    expect(directive(policy, "connect-src")).toEqual(["'self'", "https://s3.example.org/private/"]);
    expect(directive(policy, "default-src")).toEqual(["'self'"]);
  });

  it("gives development what its overlay needs, and that only", () => {
    const policy = buildContentSecurityPolicy({ ...settings, isDevelopment: true });
    expect(directive(policy, "script-src")).toContain("'unsafe-eval'");
    // A nonce beside it would switch 'unsafe-inline' off again.
    expect(directive(policy, "style-src")).toEqual(["'self'", "'unsafe-inline'"]);
  });
});

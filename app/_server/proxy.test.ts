import { unstable_doesMiddlewareMatch } from "next/experimental/testing/server";
import { NextRequest } from "next/server";
import { beforeAll, describe, expect, test } from "vitest";
import { config, proxy } from "@/proxy";

beforeAll(() => {
  process.env.DATABASE_URL = "postgresql://user@localhost/none";
  process.env.AUTH_SECRET = "only-for-this-test-only-for-this-test";
});

const matches = (url: string) => unstable_doesMiddlewareMatch({ config, url });
const policyOf = (url: string) => proxy(new NextRequest(url)).headers.get("Content-Security-Policy") ?? "";

describe("the page headers", () => {
  test("are set on every page, also with a dot in the path", () => {
    expect(
      ["/", "/sign-in", "/u/ada", "/review/0190", "/no.such.page", "/apiary"].filter((url) => !matches(url)),
    ).toEqual([]);
  });

  test("are not set on the API and on static files", () => {
    expect(
      ["/api", "/api/uploads", "/api/storage/private/k", "/_next/static/chunks/a.js"].filter(matches),
    ).toEqual([]);
  });

  test("have a new nonce in every response", () => {
    const nonces = [1, 2].map(() => /'nonce-([^']{22,})'/.exec(policyOf("http://localhost/"))?.[1]);
    expect(nonces[0]).toBeTruthy();
    expect(nonces[0]).not.toBe(nonces[1]);
  });

  test("hide the page that Next shows in place of a failed one", () => {
    const rewrite = (path: string) =>
      proxy(new NextRequest(`http://localhost${path}`)).headers.get("x-middleware-rewrite");
    expect(rewrite("/_global-error")).toBe("http://localhost/_not-found");
    expect(rewrite("/sign-in")).toBeNull();
  });

  test("give Next and the browser the same nonce", () => {
    const request = new NextRequest("http://localhost/", {
      headers: { "content-security-policy": "script-src 'nonce-mine'" },
    });
    const { headers } = proxy(request);
    expect(headers.get("x-middleware-request-content-security-policy")).toBe(
      headers.get("Content-Security-Policy"),
    );
    expect(headers.get("Content-Security-Policy")).not.toContain("mine");
  });

  test("forbid sniffing and framing, and limit the referrer", () => {
    const { headers } = proxy(new NextRequest("http://localhost/documents"));
    expect(headers.get("X-Content-Type-Options")).toBe("nosniff");
    expect(headers.get("Referrer-Policy")).toBe("strict-origin-when-cross-origin");
    expect(headers.get("Content-Security-Policy")).toContain("frame-ancestors 'none'");
  });
});

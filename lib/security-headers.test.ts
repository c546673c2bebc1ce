import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { LOCKED_DOWN_CSP, securityHeaders, transportPolicyOf } from "./security-headers";

test("only an HTTPS site sends HSTS, for two years", () => {
  const hstsOf = (APP_URL: string, HSTS_SUBDOMAINS = true) =>
    securityHeaders(transportPolicyOf({ APP_URL, HSTS_SUBDOMAINS }))["Strict-Transport-Security"];
  expect(hstsOf("https://dossier.example")).toBe("max-age=63072000; includeSubDomains");
  expect(hstsOf("https://example.org", false)).toBe("max-age=63072000");
  expect(hstsOf("http://localhost:3000")).toBeUndefined();
});

test("vercel.json sets the same security headers on static files", () => {
  const { headers } = JSON.parse(readFileSync(new URL("../vercel.json", import.meta.url), "utf8"));
  const expected = { ...securityHeaders({ https: true }), "Content-Security-Policy": LOCKED_DOWN_CSP };
  expect(headers).toEqual([
    {
      source: "/_next/static/(.*)",
      headers: Object.entries(expected).map(([key, value]) => ({ key, value })),
    },
  ]);
});

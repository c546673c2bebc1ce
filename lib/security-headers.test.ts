import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { isHttps, LOCKED_DOWN_CSP, securityHeaders } from "./security-headers";

test("only an HTTPS site sends HSTS, for two years", () => {
  const hstsOf = (appUrl: string) => securityHeaders({ https: isHttps(appUrl) })["Strict-Transport-Security"];
  expect(hstsOf("https://dossier.example")).toBe("max-age=63072000; includeSubDomains");
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

import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { isHttps, LOCKED_DOWN_CSP, securityHeaders } from "./security-headers";

test("HTTPS is promised for two years where people come by it, and never where they do not", () => {
  const promised = (appUrl: string) =>
    securityHeaders({ https: isHttps(appUrl) })["Strict-Transport-Security"];
  expect(promised("https://dossier.example")).toBe("max-age=63072000; includeSubDomains");
  expect(promised("http://localhost:3000")).toBeUndefined();
});

test("Vercel, where no front of ours stands before the build's files, lays the same guards on them", () => {
  const { headers } = JSON.parse(readFileSync(new URL("../vercel.json", import.meta.url), "utf8"));
  const here = { ...securityHeaders({ https: true }), "Content-Security-Policy": LOCKED_DOWN_CSP };
  expect(headers).toEqual([
    {
      source: "/_next/static/(.*)",
      headers: Object.entries(here).map(([key, value]) => ({ key, value })),
    },
  ]);
});

import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, test } from "vitest";
import { LOCKED_DOWN_CSP, securityHeaders } from "../../security-headers";
import type { SITE_RULES } from "./rules";
import { checkSite, evaluateRedirect } from "./site";

const FILE = "/_next/static/chunks/abc.js";
const SITE_URL = "https://dossier.test";
const open: Server[] = [];

afterEach(() => {
  for (const server of open.splice(0)) server.close();
});

type Headers = Record<string, string | undefined>;
type Response = { status?: number; headers?: Headers; body?: string; isReset?: boolean };

/** Starts a good site; `changes` alters responses by path, "*" all of them. */
async function startSite(changes: Record<string, Response> = {}): Promise<string> {
  let nonce = 0;
  const server = createServer((request, response) => {
    const { url = "" } = request;
    nonce += 1;
    const isPage = !url.startsWith("/api/") && url !== FILE;
    const policy: Headers = isPage
      ? { "Content-Security-Policy": `script-src 'nonce-${nonce}' 'strict-dynamic'; frame-ancestors 'none'` }
      : { "Content-Security-Policy": LOCKED_DOWN_CSP };
    const caching: Headers =
      url === FILE
        ? { "Cache-Control": "public, max-age=31536000, immutable", "Content-Encoding": "identity" }
        : { "Cache-Control": "private, no-store" };
    const { status, headers, body, isReset } = { ...changes["*"], ...changes[url] };
    if (isReset) return void request.socket.destroy();
    const statuses: Record<string, number> = {
      "/": 200,
      "/api/fields": 200,
      "/api/health": 200,
      [FILE]: 200,
      "/api/cron/work": 401,
    };
    const all: Headers = { ...securityHeaders({ https: true }), ...policy, ...caching, ...headers };
    for (const [name, value] of Object.entries(all)) if (value !== undefined) response.setHeader(name, value);
    response.statusCode = status ?? statuses[url] ?? 404;
    response.end(body ?? (isPage ? `<script src="${FILE}" nonce="${nonce}"></script>` : "{}"));
  }).listen(0, "127.0.0.1");
  open.push(server);
  await once(server, "listening");
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const check = (at: string, cronSecretIsSet = true) => checkSite({ url: SITE_URL, at, cronSecretIsSet });

async function failedRules(changes: Record<string, Response>): Promise<string[]> {
  const findings = await check(await startSite(changes));
  expect(findings.filter(({ outcome }) => outcome === "untested")).toEqual([]);
  return [...new Set(findings.map(({ check }) => check))];
}

test("a good site has no finding", async () => {
  expect(await failedRules({})).toEqual([]);
});

const everywhere = (headers: Headers) => ({ "*": { headers } });

/** The other three rules have tests of their own. */
const BAD: Record<
  Exclude<keyof typeof SITE_RULES, "https-redirect" | "static-files" | "unreachable">,
  Record<string, Response>[]
> = {
  health: [{ "/api/health": { status: 503, body: '{"checks":{"database":"failing"}}' } }],
  cron: [{ "/api/cron/work": { status: 503 } }, { "/api/cron/work": { status: 200 } }],
  "header-nosniff": [
    everywhere({ "X-Content-Type-Options": undefined }),
    { [FILE]: { headers: { "X-Content-Type-Options": undefined } } },
  ],
  "header-referrer-policy": [{ "/": { headers: { "Referrer-Policy": "unsafe-url" } } }],
  "header-opener-policy": [{ "/api/fields": { headers: { "Cross-Origin-Opener-Policy": "unsafe-none" } } }],
  "header-permissions-policy": [everywhere({ "Permissions-Policy": undefined })],
  "header-hsts": [
    everywhere({ "Strict-Transport-Security": undefined }),
    { "/": { headers: { "Strict-Transport-Security": "max-age=60" } } },
  ],
  "header-csp": [
    { "/api/fields": { headers: { "Content-Security-Policy": undefined } } },
    {
      "/api/fields": {
        headers: { "Content-Security-Policy": "script-src 'unsafe-inline'; frame-ancestors 'none'" },
      },
    },
  ],
  "header-no-store": [{ "/api/fields": { headers: { "Cache-Control": "public, max-age=60" } } }],
  "header-powered-by": [everywhere({ "X-Powered-By": "Next.js" })],
  nonce: [
    { "/": { headers: { "Content-Security-Policy": "script-src 'nonce-1'; frame-ancestors 'none'" } } },
    { "/": { headers: { "Content-Security-Policy": "script-src 'self'; frame-ancestors 'none'" } } },
    { "/": { body: `<script src="${FILE}"></script>` } },
  ],
  cookies: [
    { "/": { headers: { "Set-Cookie": "lb=1; Path=/" } } },
    { "/": { headers: { "Set-Cookie": "lb=1; HttpOnly; SameSite=Lax" } } },
  ],
  "static-cache": [{ [FILE]: { headers: { "Cache-Control": "public, max-age=60" } } }],
  "static-packed": [{ [FILE]: { headers: { "Content-Encoding": undefined } } }],
};

describe.each(Object.entries(BAD))("the rule %s", (rule, cases) => {
  test.each(cases)("alone fails with %o", async (changes) => {
    expect(await failedRules(changes)).toEqual([rule]);
  });
});

test("an unreachable site has one finding", async () => {
  const at = await startSite();
  for (const server of open.splice(0)) await new Promise((resolve) => server.close(resolve));
  expect((await check(at)).map(({ check }) => check)).toEqual(["unreachable"]);
});

test("a URL that does not respond does not hide the other findings", async () => {
  const at = await startSite({
    "/api/health": { isReset: true },
    [FILE]: { isReset: true },
    "/api/cron/work": { status: 200 },
  });
  const findings = await check(at);
  expect(findings.map(({ check, found }) => [check, found.split(" ")[0]]).sort()).toEqual([
    ["cron", "/api/cron"],
    ["unreachable", "/_next/static/chunks/abc.js"],
    ["unreachable", "/api/health"],
  ]);
});

describe("static files", () => {
  // The nonce of the first response, as the site's pages have it.
  const pageNaming = (file: string) => ({ "/": { body: `<script src="${file}" nonce="1"></script>` } });

  test("on a host of their own are checked there", async () => {
    const missing = { "X-Content-Type-Options": undefined, "Content-Security-Policy": undefined };
    const host = await startSite({
      [FILE]: { headers: { ...missing, "Cache-Control": "public, max-age=60" } },
    });
    const findings = await check(await startSite(pageNaming(host + FILE)));
    expect(findings.map(({ check }) => check)).toEqual(["static-cache"]);
  });

  test("on an invalid host are unreachable", async () => {
    const findings = await check(await startSite(pageNaming(`https://no host${FILE}`)));
    expect(findings.map(({ check }) => check)).toEqual(["unreachable"]);
  });

  test("are untested if the page names none", async () => {
    expect(await check(await startSite(pageNaming("/elsewhere.js")))).toMatchObject([
      { outcome: "untested", found: expect.stringContaining("were not tested") },
    ]);
  });
});

test("reports a site with a cron secret that the settings lack", async () => {
  expect((await check(await startSite(), false)).map(({ check }) => check)).toEqual(["cron"]);
});

describe("over plain HTTP", () => {
  const responseWith = (status: number, location?: string) => ({
    status,
    headers: new globalThis.Headers(location === undefined ? {} : { location }),
  });
  const url = new URL("http://dossier.test");

  test.each(["https://dossier.test/", "https://dossier.test:8443/"])(
    "a redirect to %s passes",
    (location) => {
      expect(evaluateRedirect(url, responseWith(308, location))).toEqual([]);
    },
  );

  test.each([
    [200, undefined],
    [308, "http://dossier.test/home"],
    [308, "https://dossier.test.evil.test/"],
    [308, "/home"],
    [404, "https://dossier.test/"],
  ])("the status %i with the location %s fails", (status, location) => {
    const findings = evaluateRedirect(url, responseWith(status, location));
    expect(findings.map(({ check }) => check)).toEqual(["https-redirect"]);
  });
});

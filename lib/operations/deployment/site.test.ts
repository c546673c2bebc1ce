import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, test } from "vitest";
import { LOCKED_DOWN_CSP, securityHeaders } from "../../security-headers";
import type { SITE_RULES } from "./finding";
import { evaluateRedirect, checkSite } from "./site";

const FILE = "/_next/static/chunks/abc.js";
const open: Server[] = [];

afterEach(() => {
  for (const server of open.splice(0)) server.close();
});

type Headers = Record<string, string | undefined>;
type Said = { status?: number; headers?: Headers; body?: string; silent?: boolean };

/** A site as it should be, for what goes otherwise in `bad` by path, "*" for all. */
async function site(bad: Record<string, Said> = {}): Promise<string> {
  let nonce = 0;
  const server = createServer((request, response) => {
    const { url = "" } = request;
    nonce += 1;
    const page = !url.startsWith("/api/") && url !== FILE;
    const own: Headers = page
      ? { "Content-Security-Policy": `script-src 'nonce-${nonce}' 'strict-dynamic'; frame-ancestors 'none'` }
      : { "Content-Security-Policy": LOCKED_DOWN_CSP };
    const kept: Headers =
      url === FILE
        ? { "Cache-Control": "public, max-age=31536000, immutable", "Content-Encoding": "identity" }
        : { "Cache-Control": "private, no-store" };
    const { status, headers, body, silent } = { ...bad["*"], ...bad[url] };
    if (silent) return void request.socket.destroy();
    const known: Record<string, number> = {
      "/": 200,
      "/api/fields": 200,
      "/api/health": 200,
      [FILE]: 200,
      "/api/cron/work": 401,
    };
    const all: Headers = { ...securityHeaders({ https: true }), ...own, ...kept, ...headers };
    for (const [name, value] of Object.entries(all)) if (value !== undefined) response.setHeader(name, value);
    response.statusCode = status ?? known[url] ?? 404;
    response.end(body ?? (page ? `<script src="${FILE}" nonce="${nonce}"></script>` : "{}"));
  }).listen(0, "127.0.0.1");
  open.push(server);
  await once(server, "listening");
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function found(bad: Record<string, Said>): Promise<string[]> {
  const { findings, untested } = await checkSite({
    url: "https://dossier.test",
    at: await site(bad),
    cronSecretIsSet: true,
  });
  expect(untested).toEqual([]);
  return [...new Set(findings.map(({ id }) => id))];
}

test("a site as it should be has no finding", async () => {
  expect(await found({})).toEqual([]);
});

const everywhere = (headers: Headers) => ({ "*": { headers } });

/** A redirect is looked for where people knock, and static files are compared with a build: both have tests of their own. */
const BAD: Record<
  Exclude<keyof typeof SITE_RULES, "https-redirect" | "static-files" | "unreachable">,
  Record<string, Said>[]
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

describe.each(Object.entries(BAD))("%s", (rule, cases) => {
  test.each(cases)("is found where %o, and nothing else is", async (bad) => {
    expect(await found(bad)).toEqual([rule]);
  });
});

test("unreachable is all that is said of a site that does not answer", async () => {
  const gone = await site();
  for (const server of open.splice(0)) await new Promise((done) => server.close(done));
  const { findings } = await checkSite({ url: "https://dossier.test", at: gone, cronSecretIsSet: true });
  expect(findings.map(({ id }) => id)).toEqual(["unreachable"]);
});

test("an address without an answer is one finding more, and what the others answer is told all the same", async () => {
  const at = await site({
    "/api/health": { silent: true },
    [FILE]: { silent: true },
    "/api/cron/work": { status: 200 },
  });
  const { findings } = await checkSite({ url: "https://dossier.test", at, cronSecretIsSet: true });
  expect(findings.map(({ id, found }) => [id, found.split(" ")[0]]).sort()).toEqual([
    ["cron", "/api/cron"],
    ["unreachable", "/_next/static/chunks/abc.js"],
    ["unreachable", "/api/health"],
  ]);
});

test("static files on a host of their own are looked at there; a page that names none says that nobody looked", async () => {
  const bare = { "X-Content-Type-Options": undefined, "Content-Security-Policy": undefined };
  const host = await site({ [FILE]: { headers: { ...bare, "Cache-Control": "public, max-age=60" } } });
  // The nonce of the first answer, as the pages of the site have it.
  const names = (file: string) => ({ "/": { body: `<script src="${file}" nonce="1"></script>` } });
  const look = async (bad: Record<string, Said>) =>
    checkSite({ url: "https://dossier.test", at: await site(bad), cronSecretIsSet: true });
  const { findings, untested } = await look(names(host + FILE));
  expect([findings.map(({ id }) => id), untested]).toEqual([["static-cache"], []]);
  const odd = await look(names(`https://no host${FILE}`));
  expect(odd.findings.map(({ id }) => id)).toEqual(["unreachable"]);
  const none = await look(names("/elsewhere.js"));
  expect(none.findings).toEqual([]);
  expect(none.untested).toEqual([expect.stringContaining("was not looked at")]);
});

test("where no secret is set here, the site is not to have one either", async () => {
  const at = await site();
  const { findings } = await checkSite({ url: "https://dossier.test", at, cronSecretIsSet: false });
  expect(findings.map(({ id }) => id)).toEqual(["cron"]);
});

describe("in the clear", () => {
  const answer = (status: number, location?: string) => ({
    status,
    headers: new globalThis.Headers(location === undefined ? {} : { location }),
    body: "",
  });
  const at = new URL("http://dossier.test");

  test.each(["https://dossier.test/", "https://dossier.test:8443/"])(
    "the way to %s is all that is to be said",
    (to) => {
      expect(evaluateRedirect(at, answer(308, to))).toEqual([]);
    },
  );

  test.each([
    [200, undefined],
    [308, "http://dossier.test/home"],
    [308, "https://dossier.test.evil.test/"],
    [308, "/home"],
    [404, "https://dossier.test/"],
  ])("https-redirect is found where the answer is %i to %s", (status, to) => {
    expect(evaluateRedirect(at, answer(status, to)).map(({ id }) => id)).toEqual(["https-redirect"]);
  });
});

import { readdirSync, readFileSync } from "node:fs";
import { createServer, request } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join, relative } from "node:path";
import type { APIResponse } from "@playwright/test";
import { isCampaign } from "../tests/support/campaign";
import { expect, type Person, test } from "./people";

/** Expects the security headers of a page. */
function expectPageHeaders(response: APIResponse, path: string): void {
  const headers = response.headers();
  const policy = headers["content-security-policy"] ?? "";
  expect(policy, path).toMatch(/script-src 'self' 'nonce-[A-Za-z0-9+/=]{20,}' 'strict-dynamic'/);
  for (const directive of [
    "object-src 'none'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
    "form-action 'self'",
  ])
    expect(policy, path).toContain(directive);
  expect(policy, path).not.toMatch(/script-src[^;]*'unsafe-(inline|eval)'/);
  expect(headers["x-content-type-options"], path).toBe("nosniff");
  expect(headers["cross-origin-opener-policy"], path).toBe("same-origin");
  expect(headers["referrer-policy"], path).toBeTruthy();
  expect(headers["x-powered-by"], path).toBeUndefined();
}

/** Expects the security headers of a response that is no page. */
function expectLockedDown(response: APIResponse, path: string): void {
  const headers = response.headers();
  expect(headers["content-security-policy"], path).toMatch(/^default-src 'none'; .*frame-ancestors 'none'/);
  expect(headers["x-content-type-options"], path).toBe("nosniff");
  expect(headers["cross-origin-opener-policy"], path).toBe("same-origin");
  expect(headers["permissions-policy"], path).toContain("camera=()");
}

function expectPrivate(response: APIResponse, path: string): void {
  expect(response.headers()["cache-control"], path).toMatch(/private/);
  expect(response.headers()["cache-control"], path).toMatch(/no-store/);
}

/** Expects a fresh nonce in each policy and on every script of the page. */
async function expectNonce(person: Person, path: string): Promise<void> {
  const nonces = new Set<string>();
  for (const _ of [1, 2]) {
    const response = await person.request.get(path);
    const nonce = /'nonce-([^']+)'/.exec(response.headers()["content-security-policy"] ?? "")?.[1] ?? "";
    nonces.add(nonce);
    const scripts = (await response.text()).match(/<script\b[^>]*>/g) ?? [];
    for (const script of scripts) expect(script, path).toContain(`nonce="${nonce}"`);
  }
  expect(nonces.size, `${path}: a nonce each time`).toBe(2);
}

test("every page carries its security headers and a fresh nonce", async ({ people }) => {
  const [ada, grace, visitor] = [await people.member(), await people.reviewer(), await people.visitor()];
  const ines = await people.admin();
  const file = await ada.uploadFile("dbsCertificate", "phone-landscape.jpg");
  const { handle, id } = await ada.profile();
  await ada.writeOk("PATCH", "/api/profile", { visibility: "public" });
  const visits: [Person, number, boolean, string[]][] = [
    [
      visitor,
      200,
      false,
      ["/", "/sign-in", "/sign-up", "/recover", "/join/cut", `/u/${handle}`, `/u/${handle}/badge`],
    ],
    [visitor, 404, false, ["/nothing", "/u/nobody-at-all", "/robots.txt/x", "/documents/x.css"]],
    [ada, 200, true, ["/documents", "/profile", "/data", "/security", `/u/${handle}`]],
    [ada, 404, true, ["/review", `/review/${file.id}`, "/admin", "/admin/people", "/admin/requests"]],
    [grace, 200, true, ["/review", `/review/${file.id}`]],
    [grace, 404, true, ["/admin", "/admin/people/breach", `/admin/people/${id}`, "/admin/retention/papers"]],
    [ines, 200, true, ["/admin", "/admin/people", "/admin/people/breach", `/admin/people/${id}`]],
    [ines, 200, true, ["/admin/retention", "/admin/retention/papers", "/admin/people/invite"]],
    [ines, 200, true, ["/admin/requests", "/admin/requests/ask"]],
    [ines, 404, true, ["/admin/people/nonsense"]],
  ];
  for (const [person, status, isPrivate, paths] of visits) {
    for (const path of paths) {
      const response = await person.request.get(path, { maxRedirects: 0 });
      expect(response.status(), path).toBe(status);
      expectPageHeaders(response, path);
      if (isPrivate) expectPrivate(response, path);
      await expectNonce(person, path);
    }
  }
});

test("every API response is private, typed and not framed", async ({ people }) => {
  const ada = await people.member();
  const file = await ada.uploadFile("dbsCertificate", "phone-landscape.jpg");
  const asked = [
    ["GET", "/api/profile", 200],
    ["GET", "/api/account/export", 200],
    ["GET", `/api/files/${file.id}`, 200],
    ["GET", `/api/files/${file.id}/accesses`, 200],
    ["GET", `/api/files/${file.id}/content?intent=download`, 302],
    ["GET", `/api/files/${file.id}/pages/1`, 302],
    ["GET", "/api/nothing", 404],
    ["DELETE", "/api/profile", 405],
    ["PUT", "/api/people/me/grants", 403],
  ] as const;
  for (const [method, path, status] of asked) {
    const response = await ada.sendWrite(method, path);
    expect(response.status(), path).toBe(status);
    expectPrivate(response, path);
    expectLockedDown(response, path);
    if (status === 302) expect(response.headers()["referrer-policy"], path).toBe("no-referrer");
  }
});

/** Expects the headers that every response carries. */
function expectSecurityHeaders(response: APIResponse, path: string): void {
  const headers = response.headers();
  const policy = headers["content-security-policy"] ?? "";
  expect(policy, path).toContain("frame-ancestors 'none'");
  expect(policy, path).toContain("base-uri 'none'");
  expect(policy, path).not.toMatch(/script-src[^;]*'unsafe-(inline|eval)'/);
  if (headers["content-type"]?.startsWith("text/html")) expect(policy, path).toMatch(/'nonce-[^']{22,}'/);
  expect(headers["x-content-type-options"], path).toBe("nosniff");
  expect(headers["cross-origin-opener-policy"], path).toBe("same-origin");
  expect(headers["permissions-policy"], path).toContain("camera=()");
  expect(headers["referrer-policy"], path).toMatch(/^(no-referrer|strict-origin-when-cross-origin)$/);
  expect(headers["cache-control"], path).toBeTruthy();
  expect(headers["x-powered-by"], path).toBeUndefined();
  // This site has no HTTPS: HSTS would lock its visitors out.
  expect(headers["strict-transport-security"], path).toBeUndefined();
}

/** Paths that shared caches may store. */
const CACHEABLE = /^\/(icon\.svg|apple-icon\.png|u\/[^/]+\/opengraph-image|api\/storage\/public\/.+)$/;

test("every route of the build carries security headers for every role", async ({ people }) => {
  test.setTimeout(240_000);
  const [ada, grace, admin, visitor] = [
    await people.member(),
    await people.reviewer(),
    await people.admin(),
    await people.visitor(),
  ];
  const file = await ada.uploadFile("dbsCertificate", "phone-landscape.jpg");
  const { id, handle } = await ada.profile();
  await ada.writeOk("PATCH", "/api/profile", { visibility: "public" });
  const values: Record<string, string> = {
    handle,
    fileId: file.id,
    id: file.id,
    page: "1",
    job: "sweep",
    field: "contract",
    token: "forged",
  };
  const rest: Record<string, string> = { all: "get-session", rest: "nothing/here", key: "public/nothing" };
  const paths = routesOfBuild().map((route) =>
    (route.startsWith("/api/people/") ? route.replace("[id]", id) : route)
      .replace(/\[\.\.\.(\w+)\]/, (_all, name) => rest[name] ?? `unknown-${name}`)
      .replace(/\[(\w+)\]/g, (_all, name) => values[name] ?? `unknown-${name}`),
  );
  expect(paths.length).toBeGreaterThan(30);
  expect(paths.join(" "), "a parameter without a value in this test").not.toContain("unknown-");
  const roles = isCampaign ? [visitor, ada, grace, admin] : [visitor, admin];
  for (const person of roles) {
    for (const path of paths) {
      const response = await person.request.get(path, { maxRedirects: 0 });
      expect(response.status(), path).not.toBe(500);
      expectSecurityHeaders(response, path);
      const isAnonymousPage = person === visitor && !path.startsWith("/api/");
      if (!CACHEABLE.test(path) && !isAnonymousPage) expectPrivate(response, path);
    }
  }
  for (const path of paths) {
    for (const method of isCampaign ? ["HEAD", "OPTIONS", "PUT", "PROPFIND"] : ["PROPFIND"]) {
      const response = await ada.sendWrite(method, path);
      expect(response.status(), `${method} ${path}`).not.toBe(500);
      expectSecurityHeaders(response, `${method} ${path}`);
    }
    if (path.startsWith("/api/")) continue;
    const payload = await ada.request.get(`${path}?_rsc=x`, { headers: { rsc: "1" }, maxRedirects: 0 });
    expectSecurityHeaders(payload, `payload of ${path}`);
    if (!CACHEABLE.test(path)) expectPrivate(payload, `payload of ${path}`);
  }
});

test("Next's own responses carry security headers, its optimizer fetches nothing", async ({ people }) => {
  const visitor = await people.visitor();
  const asked: string[] = [];
  const inside = createServer((request, response) => {
    asked.push(request.url ?? "");
    response.writeHead(200, { "content-type": "image/png" }).end();
  });
  await new Promise<void>((done) => inside.listen(0, "127.0.0.1", done));
  const { port } = inside.address() as AddressInfo;
  const image = (url: string) => `/_next/image?url=${encodeURIComponent(url)}&w=64&q=75`;
  const optimizer = [
    `http://127.0.0.1:${port}/secret.png`,
    `//127.0.0.1:${port}/secret.png`,
    `http://localhost:${port}/secret.png`,
    "file:///etc/passwd",
    "/favicon.ico",
    "/api/health",
    "/_next/image?url=%2Ffavicon.ico&w=64&q=75",
  ].map(image);
  try {
    for (const path of [...optimizer, "/_next/image"]) {
      const answer = await visitor.request.get(path, { maxRedirects: 0 });
      expect([400, 404], path).toContain(answer.status());
      expectSecurityHeaders(answer, path);
    }
    expect(asked, "URLs that the server fetched for a visitor").toEqual([]);
  } finally {
    inside.close();
  }
  const others: [string, number][] = [
    ["/documents/", 308],
    ["/documents", 307],
    ["/_next/nothing", 404],
    ["/_next/data/x/documents.json", 404],
    ["/nothing/at/all.php", 404],
    ["/api/auth/nothing", 404],
    ["/%zz", 400],
    ["//evil.test", 400],
  ];
  for (const [path, status] of others) {
    const { status: answered, headers } = await requestUnchanged(visitor, path);
    expect(answered, path).toBe(status);
    expect(headers.get("content-security-policy"), path).toContain("frame-ancestors 'none'");
    expect(headers.get("x-content-type-options"), path).toBe("nosniff");
    expect(headers.get("cache-control"), path).toMatch(/no-store/);
  }
});

test("every static file carries security headers with 200, 206, 304 and 416", async ({ people }) => {
  const visitor = await people.visitor();
  const files = [
    ...filesIn(".next/static").map((name) => `/_next/static/${name}`),
    ...filesIn("public").map((name) => `/${name}`),
  ];
  expect(files.length).toBeGreaterThan(20);
  const requested = isCampaign ? files : [...new Map(files.map((path) => [extname(path), path])).values()];
  const missing = await visitor.request.get("/_next/static/chunks/missing.js");
  expect(missing.status()).toBe(404);
  expectLockedDown(missing, "a missing static file");
  for (const path of requested) {
    const whole = await visitor.request.get(path);
    expect(whole.status(), path).toBe(200);
    const kinds: [Record<string, string>, number][] = [
      [{ "if-none-match": whole.headers().etag ?? "" }, 304],
      [{ range: "bytes=0-0", "accept-encoding": "identity" }, 206],
      [{ range: "bytes=99999999-", "accept-encoding": "identity" }, 416],
    ];
    expectLockedDown(whole, path);
    for (const [headers, status] of kinds) {
      const response = await visitor.request.get(path, { headers });
      expect(response.status(), `${path}: ${JSON.stringify(headers)}`).toBe(status);
      expectLockedDown(response, path);
      expectSecurityHeaders(response, path);
    }
  }
});

/** Lists every page and handler of the build, so that a new one is tested too. */
function routesOfBuild(): string[] {
  const manifest: Record<string, string> = JSON.parse(
    readFileSync(".next/app-path-routes-manifest.json", "utf8"),
  );
  return [...new Set(Object.values(manifest))].filter((route) => !route.startsWith("/_")).sort();
}

/** Requests a path without normalising it. */
async function requestUnchanged(person: Person, path: string): Promise<{ status: number; headers: Headers }> {
  const { origin } = new URL((await person.request.get("/api/health")).url());
  const { hostname, port } = new URL(origin);
  return new Promise((done, fail) => {
    const sent = request({ hostname, port, path }, (response) => {
      response.resume();
      const headers = new Headers();
      for (const [name, value] of Object.entries(response.headers)) headers.set(name, String(value));
      done({ status: response.statusCode ?? 0, headers });
    });
    sent.on("error", fail);
    sent.end();
  });
}

function filesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)));
}

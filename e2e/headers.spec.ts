import { existsSync, readdirSync, readFileSync } from "node:fs";
import { createServer, request } from "node:http";
import type { AddressInfo } from "node:net";
import { join, relative } from "node:path";
import type { APIResponse } from "@playwright/test";
import { expect, type Person, test } from "./people";

/** What no answer of a page may do without. */
function expectGuarded(answer: APIResponse, path: string): void {
  const headers = answer.headers();
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

/** What an answer has that is no page. */
function expectNothingRuns(answer: APIResponse, path: string): void {
  const headers = answer.headers();
  expect(headers["content-security-policy"], path).toMatch(/^default-src 'none'; .*frame-ancestors 'none'/);
  expect(headers["x-content-type-options"], path).toBe("nosniff");
  expect(headers["cross-origin-opener-policy"], path).toBe("same-origin");
  expect(headers["permissions-policy"], path).toContain("camera=()");
}

function expectKeptByNobody(answer: APIResponse, path: string): void {
  expect(answer.headers()["cache-control"], path).toMatch(/private/);
  expect(answer.headers()["cache-control"], path).toMatch(/no-store/);
}

/** A nonce in the policy, a fresh one each time, and on every script of the page. */
async function expectNonce(person: Person, path: string): Promise<void> {
  const nonces = new Set<string>();
  for (const _ of [1, 2]) {
    const answer = await person.request.get(path);
    const nonce = /'nonce-([^']+)'/.exec(answer.headers()["content-security-policy"] ?? "")?.[1] ?? "";
    nonces.add(nonce);
    const scripts = (await answer.text()).match(/<script\b[^>]*>/g) ?? [];
    for (const script of scripts) expect(script, path).toContain(`nonce="${nonce}"`);
  }
  expect(nonces.size, `${path}: a nonce each time`).toBe(2);
}

test("every page comes with its guards, the missing ones too; what is private is kept by no cache", async ({
  people,
}) => {
  const [ada, grace, stranger] = [await people.member(), await people.reviewer(), await people.visitor()];
  const file = await ada.uploadFile("dbsCertificate", "phone-landscape.jpg");
  const { handle } = await ada.profile();
  await ada.writeOk("PATCH", "/api/profile", { visibility: "public" });
  const visits: [Person, number, boolean, string[]][] = [
    [stranger, 200, false, ["/", "/sign-in", "/sign-up", `/u/${handle}`]],
    [stranger, 404, false, ["/nothing", "/u/nobody-at-all", "/robots.txt/x", "/documents/x.css"]],
    [ada, 200, true, ["/documents", "/profile", `/u/${handle}`]],
    [ada, 404, true, ["/review", `/review/${file.id}`]],
    [grace, 200, true, ["/review", `/review/${file.id}`]],
  ];
  for (const [person, status, isPrivate, paths] of visits) {
    for (const path of paths) {
      const answer = await person.request.get(path, { maxRedirects: 0 });
      expect(answer.status(), path).toBe(status);
      expectGuarded(answer, path);
      if (isPrivate) expectKeptByNobody(answer, path);
      await expectNonce(person, path);
    }
  }
});

test("every answer of the interface is for one reader, is what it says, and is shown in nobody's frame", async ({
  people,
}) => {
  const ada = await people.member();
  const file = await ada.uploadFile("dbsCertificate", "phone-landscape.jpg");
  const asked = [
    ["GET", "/api/profile", 200],
    ["GET", `/api/files/${file.id}`, 200],
    ["GET", `/api/files/${file.id}/accesses`, 200],
    ["GET", `/api/files/${file.id}/content?intent=download`, 302],
    ["GET", `/api/files/${file.id}/pages/1`, 302],
    ["GET", "/api/nothing", 404],
    ["DELETE", "/api/profile", 405],
    ["PUT", "/api/people/me/grants", 403],
  ] as const;
  for (const [method, path, status] of asked) {
    const answer = await ada.sendWrite(method, path);
    expect(answer.status(), path).toBe(status);
    expectKeptByNobody(answer, path);
    expectNothingRuns(answer, path);
    if (status === 302) expect(answer.headers()["referrer-policy"], path).toBe("no-referrer");
  }
});

test("a static file comes with its guards as well, and so does one that is not there", async ({ people }) => {
  const stranger = await people.visitor();
  const script = /src="(\/_next\/static\/[^"]+\.js)"/.exec(
    await (await stranger.request.get("/")).text(),
  )?.[1];
  const asked = [
    [script ?? "no script on the page", 200],
    ["/robots.txt", 200],
    ["/favicon.ico", 200],
    ["/_next/static/chunks/nothing.js", 404],
  ] as const;
  for (const [path, status] of asked) {
    const answer = await stranger.request.get(path);
    expect(answer.status(), path).toBe(status);
    expectNothingRuns(answer, path);
  }
});

/** Headers that no answer may do without, whoever gives it. */
function expectAnyGuard(answer: APIResponse, path: string): void {
  const headers = answer.headers();
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
  // Reached by HTTP here, where a promise of HTTPS would lock people out.
  expect(headers["strict-transport-security"], path).toBeUndefined();
}

/** What anybody may keep for a while: addresses, not pages. */
const KEPT = /^\/(icon\.svg|apple-icon\.png|u\/[^/]+\/opengraph-image|api\/storage\/public\/.+)$/;

test("no route of the build answers anybody without its guards, whatever is asked of it", async ({
  people,
}) => {
  test.setTimeout(240_000);
  const [ada, grace, chief, stranger] = [
    await people.member(),
    await people.reviewer(),
    await people.admin(),
    await people.visitor(),
  ];
  const file = await ada.uploadFile("dbsCertificate", "phone-landscape.jpg");
  const { id, handle } = await ada.profile();
  await ada.writeOk("PATCH", "/api/profile", { visibility: "public" });
  const values: Record<string, string> = { handle, fileId: file.id, id: file.id, page: "1", job: "sweep" };
  const rest: Record<string, string> = { all: "get-session", rest: "nothing/here", key: "public/nothing" };
  const paths = routesOfBuild().map((route) =>
    (route.startsWith("/api/people/") ? route.replace("[id]", id) : route)
      .replace(/\[\.\.\.(\w+)\]/, (_all, name) => rest[name] ?? `unknown-${name}`)
      .replace(/\[(\w+)\]/g, (_all, name) => values[name] ?? `unknown-${name}`),
  );
  expect(paths.length).toBeGreaterThan(30);
  expect(paths.join(" "), "a parameter that this test knows no value of").not.toContain("unknown-");
  for (const person of [stranger, ada, grace, chief]) {
    for (const path of paths) {
      const answer = await person.request.get(path, { maxRedirects: 0 });
      expect(answer.status(), path).not.toBe(500);
      expectAnyGuard(answer, path);
      const nobodys = person === stranger && !path.startsWith("/api/");
      if (!KEPT.test(path) && !nobodys) expectKeptByNobody(answer, path);
    }
  }
  for (const path of paths) {
    for (const method of ["HEAD", "OPTIONS", "PUT", "PROPFIND"]) {
      const answer = await ada.sendWrite(method, path);
      expect(answer.status(), `${method} ${path}`).not.toBe(500);
      expectAnyGuard(answer, `${method} ${path}`);
    }
    if (path.startsWith("/api/")) continue;
    const payload = await ada.request.get(`${path}?_rsc=x`, { headers: { rsc: "1" }, maxRedirects: 0 });
    expectAnyGuard(payload, `payload of ${path}`);
    if (!KEPT.test(path)) expectKeptByNobody(payload, `payload of ${path}`);
  }
});

test("what Next answers by itself has the guards as well, and its optimizer fetches nothing", async ({
  people,
}) => {
  const stranger = await people.visitor();
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
      const answer = await stranger.request.get(path, { maxRedirects: 0 });
      expect([400, 404], path).toContain(answer.status());
      expectAnyGuard(answer, path);
    }
    expect(asked, "addresses that were fetched for a stranger").toEqual([]);
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
    const { status: answered, headers } = await asIs(stranger, path);
    expect(answered, path).toBe(status);
    expect(headers.get("content-security-policy"), path).toContain("frame-ancestors 'none'");
    expect(headers.get("x-content-type-options"), path).toBe("nosniff");
    expect(headers.get("cache-control"), path).toMatch(/no-store/);
  }
});

test("every static file of the build comes with its guards, whole, in part, unchanged or out of range", async ({
  people,
}) => {
  const stranger = await people.visitor();
  const files = [
    ...filesIn(".next/static").map((name) => `/_next/static/${name}`),
    ...filesIn("public").map((name) => `/${name}`),
  ];
  expect(files.length).toBeGreaterThan(20);
  for (const path of files) {
    const whole = await stranger.request.get(path);
    expect(whole.status(), path).toBe(200);
    const kinds: [Record<string, string>, number][] = [
      [{ "if-none-match": whole.headers().etag ?? "" }, 304],
      [{ range: "bytes=0-0", "accept-encoding": "identity" }, 206],
      [{ range: "bytes=99999999-", "accept-encoding": "identity" }, 416],
    ];
    expectNothingRuns(whole, path);
    for (const [headers, status] of kinds) {
      const answer = await stranger.request.get(path, { headers });
      expect(answer.status(), `${path}: ${JSON.stringify(headers)}`).toBe(status);
      expectNothingRuns(answer, path);
      expectAnyGuard(answer, path);
    }
  }
});

/** Every page and handler that there is: a new one is asked without being named here. */
function routesOfBuild(): string[] {
  const manifest: Record<string, string> = JSON.parse(
    readFileSync(".next/app-path-routes-manifest.json", "utf8"),
  );
  return [...new Set(Object.values(manifest))].filter((route) => !route.startsWith("/_")).sort();
}

/** The address as it is written, which a browser would tidy up first. */
async function asIs(person: Person, path: string): Promise<{ status: number; headers: Headers }> {
  const { origin } = new URL((await person.request.get("/api/health")).url());
  const { hostname, port } = new URL(origin);
  return new Promise((done, fail) => {
    const sent = request({ hostname, port, path }, (answer) => {
      answer.resume();
      const headers = new Headers();
      for (const [name, value] of Object.entries(answer.headers)) headers.set(name, String(value));
      done({ status: answer.statusCode ?? 0, headers });
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

test("no secret of the installation is in a page, a script or an answer", async ({ people, baseURL }, {
  project,
}) => {
  const secrets = secretsOf(project.metadata.dataDir);
  expect(secrets.length).toBeGreaterThan(project.name === "s3" ? 3 : 1);
  const [ada, grace, stranger] = [await people.member(), await people.reviewer(), await people.visitor()];
  const file = await ada.uploadFile("dbsCertificate", "phone-landscape.jpg");
  const read: [string, string][] = [];
  const visits: [Person, string[]][] = [
    [stranger, ["/", "/sign-in", "/sign-up", "/nothing", "/api/health", "/api/fields", "/api/nothing"]],
    [ada, ["/documents", "/profile", "/api/profile", `/api/files/${file.id}`, "/api/auth/get-session"]],
    [grace, ["/review", `/review/${file.id}`, "/api/reviews"]],
  ];
  for (const [person, paths] of visits) {
    for (const path of paths) {
      const answer = await person.request.get(path);
      read.push([path, JSON.stringify(answer.headersArray()) + (await answer.text())]);
    }
  }
  const ticket = { field: "contract", name: "a.pdf", type: "application/pdf", size: 10, sha256: file.sha256 };
  read.push(["ticket", JSON.stringify(await ada.writeOk("POST", "/api/uploads", ticket))]);
  const { headers } = await fetch(new URL(`/api/files/${file.id}/content`, baseURL), { redirect: "manual" });
  read.push(["hand-over", JSON.stringify([...headers])]);
  for (const path of filesBelow(".next/static")) read.push([path, readFileSync(path, "latin1")]);
  expect(read.length).toBeGreaterThan(30);
  for (const [path, text] of read)
    for (const { name, value } of secrets) expect(text.includes(value), `${name} in ${path}`).toBe(false);
});

/** Whatever this installation must keep to itself: what signs sessions, opens the database and signs for the store. */
function secretsOf(dataDir: string): { name: string; value: string }[] {
  const database = JSON.parse(readFileSync(join(dataDir, "postgres.json"), "utf8"));
  const found = [
    { name: "the secret of sessions", value: readFileSync(join(dataDir, "auth-secret"), "utf8").trim() },
    { name: "the password of the database", value: String(database.password) },
    { name: "the place of the data", value: dataDir },
    { name: "the secret key of the store", value: process.env.S3_TEST_SECRET_ACCESS_KEY ?? "" },
  ];
  return found.filter(({ value }) => value.length > 7);
}

function filesBelow(folder: string): string[] {
  expect(existsSync(folder)).toBe(true);
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.(js|css|map|json)$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name));
}

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
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
  const [ada, grace, stranger] = [await people.member(), await people.reviewer(), await people.stranger()];
  const file = await ada.handIn("dbsCertificate", "phone-landscape.jpg");
  const { handle } = await ada.profile();
  await ada.change("PATCH", "/api/profile", { visibility: "public" });
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
  const file = await ada.handIn("dbsCertificate", "phone-landscape.jpg");
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
    const answer = await ada.ask(method, path);
    expect(answer.status(), path).toBe(status);
    expectKeptByNobody(answer, path);
    expectNothingRuns(answer, path);
    if (status === 302) expect(answer.headers()["referrer-policy"], path).toBe("no-referrer");
  }
});

test("a static file comes with its guards as well, and so does one that is not there", async ({ people }) => {
  const stranger = await people.stranger();
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

test("nothing is fetched or made smaller for anybody: there is no image optimizer", async ({ people }) => {
  const visitor = await people.stranger();
  for (const url of [
    "/dossier.png",
    "https://example.org/a.png",
    "//example.org/a.png",
    "http://127.0.0.1:1/",
  ]) {
    const answer = await visitor.request.get(`/_next/image?url=${encodeURIComponent(url)}&w=640&q=75`);
    expect(answer.status(), url).toBe(404);
  }
});

test("no secret of the installation is in a page, a script or an answer", async ({ people, baseURL }, {
  project,
}) => {
  const secrets = secretsOf(project.metadata.dataDir);
  expect(secrets.length).toBeGreaterThan(project.name === "s3" ? 3 : 1);
  const [ada, grace, stranger] = [await people.member(), await people.reviewer(), await people.stranger()];
  const file = await ada.handIn("dbsCertificate", "phone-landscape.jpg");
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
  read.push(["ticket", JSON.stringify(await ada.change("POST", "/api/uploads", ticket))]);
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

import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { json, text } from "node:stream/consumers";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { samplePdf } from "../tests/support/app/documents";
import { type FaultProxy, startFaultProxy } from "../tests/stores/fault-proxy";
import { type TestDatabase, createTestDatabase } from "../tests/support/database";
import { ApiClient } from "../tests/support/api-client";
import { type RunningSite, startRunningSite } from "../tests/support/running-site";

/** In everything that people send here; in nothing that is written. */
const CANARY = `canary${randomBytes(4).toString("hex")}`;
const EMAIL = `${CANARY}@example.org`;
const PASSWORD = `${CANARY} horse battery`;

let database: TestDatabase;
let way: FaultProxy;
let dataDir: string;
let collector: Server;
let site: RunningSite;
let ada: ApiClient;
/** Bodies that the collector was sent. */
const collected: unknown[] = [];

beforeAll(async () => {
  database = await createTestDatabase();
  const address = new URL(database.url);
  way = await startFaultProxy(new URL(`http://${address.host}`));
  address.host = new URL(way.url).host;
  dataDir = mkdtempSync(join(tmpdir(), "dossier-running-"));
  collector = createServer(async (request, response) => {
    collected.push({ url: request.url, key: request.headers["x-key"], body: await json(request) });
    response.end("{}");
  }).listen(0, "127.0.0.1");
  await once(collector, "listening");
  site = await startRunningSite({
    DATABASE_URL: address.href,
    DATA_DIR: dataDir,
    LOG_LEVEL: "debug",
    OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${(collector.address() as AddressInfo).port}`,
    OTEL_EXPORTER_OTLP_HEADERS: `x-key=${CANARY}`,
  });
  ada = new ApiClient(site.url);
}, 600_000);

afterAll(async () => {
  site?.process.kill("SIGKILL");
  await site?.exited;
  collector?.close();
  await way?.close();
  await database?.drop();
  rmSync(dataDir, { recursive: true, force: true });
});

test("nothing that people send, and no key of ours, is in what the server writes or sends to its collector", async () => {
  const secrets = [CANARY, "127.0.0.1", new URL(database.url).password];
  await ada.signUp({ name: `Ada ${CANARY}`, email: EMAIL, password: PASSWORD });
  const call = ada.request.bind(ada);
  const token = decodeURIComponent(ada.cookie.split("=")[1] ?? "").split(".")[0] ?? "";
  expect(token.length).toBeGreaterThan(20);
  secrets.push(token);
  const bytes = await samplePdf({ text: CANARY });
  const issue = () => ada.issueTicket("medicalLetter", "application/pdf", bytes, `${CANARY}.pdf`);

  // What goes well.
  expect(
    (await call("PATCH", "/api/profile", { handle: CANARY, bio: CANARY, visibility: "public" })).status,
  ).toBe(200);
  const issued = await issue();
  secrets.push(
    new URL(issued.upload.url).pathname.split("/").at(-1) ?? "",
    ...signaturesOf(issued.upload.url),
  );
  expect((await ada.putBytes(issued, bytes)).status).toBe(200);
  const { file } = await (await ada.completeUpload(issued)).json();
  const content = await call("GET", `/api/files/${file.id}/content`);
  expect(content.status).toBe(302);
  const signed = new URL(content.headers.get("location") ?? "", site.url);
  secrets.push(...signaturesOf(signed.href));
  expect((await fetch(signed)).status).toBe(200);
  expect((await call("GET", `/u/${CANARY}?from=${CANARY}`)).status).toBe(200);
  expect((await call("GET", "/profile")).status).toBe(200);

  // What people try.
  expect(
    (await call("POST", "/api/auth/sign-in/email", { email: EMAIL, password: `${CANARY} wrong one` })).status,
  ).toBe(401);
  expect(
    (await call("POST", "/api/auth/sign-up/email", { name: CANARY, email: EMAIL, password: PASSWORD })).ok,
  ).toBe(false);
  expect((await call("POST", "/api/uploads", `{"name": "${CANARY}`)).status).toBe(400);
  expect((await call("PATCH", "/api/profile", { [CANARY]: CANARY })).status).toBe(422);
  expect((await call("GET", `/api/${CANARY}/%0a${CANARY}`)).status).toBe(404);
  expect((await call("GET", `/${CANARY}`)).status).toBe(404);
  expect(
    (await call("PUT", `/api/storage/private/${CANARY}?signature=${CANARY}`)).status,
  ).toBeGreaterThanOrEqual(400);
  expect(
    (
      await call("GET", "/api/fields", undefined, {
        "x-request-id": CANARY,
        "user-agent": CANARY,
        "x-forwarded-for": CANARY,
      })
    ).status,
  ).toBe(200);
  expect(
    (
      await call(
        "POST",
        "/api/auth/sign-in/email",
        { email: EMAIL, password: PASSWORD },
        { origin: `https://${CANARY}.test` },
      )
    ).status,
  ).toBe(403);

  // What fails.
  const again = await issue();
  renameSync(join(dataDir, "storage"), join(dataDir, "elsewhere"));
  writeFileSync(join(dataDir, "storage"), "");
  expect((await ada.putBytes(again, bytes)).status).toBe(503);
  expect((await call("POST", `/api/uploads/${again.id}/complete`, {})).status).toBe(503);
  rmSync(join(dataDir, "storage"));
  renameSync(join(dataDir, "elsewhere"), join(dataDir, "storage"));
  await way.set({ kind: "reset" });
  const pages = await call("GET", `/u/${CANARY}`);
  expect(pages.status).toBeGreaterThanOrEqual(500);
  await expect(issue()).rejects.toThrow(/^No ticket: 503/);
  expect((await call("POST", "/api/auth/sign-in/email", { email: EMAIL, password: PASSWORD })).status).toBe(
    503,
  );
  expect((await call("GET", "/api/health")).status).toBe(503);
  await way.set({ kind: "none" });

  // What is printed twice is held back for a moment.
  await vi.waitFor(() => expect(site.output()).toContain("A page could not be made."), 5_000);
  const lines = site.output().split("\n").filter(Boolean);
  expect(lines.filter((line) => !line.startsWith("{"))).toEqual([]);
  const facts = lines.map((line): Record<string, unknown> => JSON.parse(line));
  for (const { level, time, msg } of facts)
    expect([typeof level, typeof time, typeof msg]).toEqual(Array(3).fill("string"));
  const said = (wanted: Record<string, unknown>) =>
    expect(facts).toContainEqual(expect.objectContaining(wanted));
  said({ msg: "answered", method: "POST", route: "/api/uploads/[id]/complete", status: 200 });
  said({ msg: "answered", method: "GET", route: "/u/[handle]", status: 200 });
  said({ msg: "answered", method: "GET", route: "/api/[...rest]", status: 404 });
  said({ msg: "answered", route: "unmatched", status: 404 });
  said({ level: "warn", msg: "The database is away." });
  // An error of a page is told once, under the id of the answer.
  const told = facts.filter(
    ({ request, level }) => request === pages.headers.get("x-request-id") && level === "error",
  );
  expect(told.length).toBeGreaterThan(0);
  for (const { msg, digest } of told)
    expect([msg, digest]).toEqual(["A page could not be made.", expect.stringMatching(/^\d+$/)]);
  expect(told[0]).toMatchObject({ route: "/u/[handle]", error: { at: expect.any(Array) } });

  await vi.waitFor(() => expect(JSON.stringify(collected)).toContain('"GET /u/[handle]"'), {
    timeout: 10_000,
  });
  expect(collected[0]).toMatchObject({ url: "/v1/traces", key: CANARY });
  const spans = JSON.stringify(collected.map((one) => Reflect.get(Object(one), "body")));
  expect(spans).toContain('"name":"db"');
  expect(spans).toContain('"name":"storage"');
  for (const secret of secrets.filter(Boolean)) {
    expect(lines.filter((line) => line.toLowerCase().includes(secret.toLowerCase()))).toEqual([]);
    expect(spans.includes(secret)).toBe(false);
  }
});

test("every answer says its id, and production says nothing of where the time went", async () => {
  for (const path of [
    "/",
    "/profile",
    "/nowhere",
    "/api/fields",
    "/api/nowhere",
    "/api/profile",
    "/%00",
    "//evil.test",
  ]) {
    const response = await fetch(site.url + path, { redirect: "manual" });
    expect([path, response.headers.get("x-request-id")]).toEqual([
      path,
      expect.stringMatching(/^[0-9a-f-]{36}$/),
    ]);
    expect(response.headers.get("server-timing")).toBeNull();
  }
});

test("what a request offers to change to is left alone: nothing takes a connection over, and it is answered", async () => {
  const { hostname, port } = new URL(site.url);
  const asked = connect(Number(port), hostname);
  asked.write(
    `GET /api/fields HTTP/1.1\r\nHost: localhost:${port}\r\nConnection: Upgrade, HTTP2-Settings, close\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAoAAAAAIAAAAA\r\n\r\n`,
  );
  expect(await text(asked)).toMatch(/^HTTP\/1\.1 200 [\s\S]*"fields"/);
});

test("told to stop, it lets a request end, closes idle connections, and ends with 0; no line and no span is lost", async () => {
  const { hostname, port } = new URL(site.url);
  const idle = connect(Number(port), hostname);
  await once(idle, "connect");
  const closed = once(idle, "close");
  idle.on("error", () => undefined);
  const body = JSON.stringify({ email: EMAIL, password: PASSWORD });
  const busy = connect(Number(port), hostname);
  const head = `POST /api/auth/sign-in/email HTTP/1.1\r\nHost: localhost:${port}\r\nOrigin: ${site.url}\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\nExpect: 100-continue\r\n\r\n`;
  busy.write(head);
  // The server has the request before it is told to stop: it has asked for the rest.
  const [asked] = await once(busy, "data");
  expect(String(asked)).toBe("HTTP/1.1 100 Continue\r\n\r\n");
  const before = site.output().length;
  collected.length = 0;
  site.process.kill("SIGTERM");
  await closed;
  busy.write(body);
  expect(await text(busy)).toMatch(/^HTTP\/1\.1 200 /);
  expect(await site.exited).toBe(0);
  expect(site.output()).toContain('"route":"/api/auth/[...all]","status":200');
  expect(JSON.stringify(collected)).toContain('"POST /api/auth/[...all]"');
  expect(site.output().slice(before)).not.toMatch(/connection to the database broke/);
});

/** What is signed about an address: the longest of its parameters. */
function signaturesOf(url: string): string[] {
  return [...new URL(url).searchParams.values()].filter((value) => value.length >= 32);
}

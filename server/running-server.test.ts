import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { json, text } from "node:stream/consumers";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { type FaultProxy, startFaultProxy } from "../tests/stores/fault-proxy";
import { ApiClient } from "../tests/support/api-client";
import { samplePdf } from "../tests/support/app/documents";
import { createTestDatabase, type TestDatabase } from "../tests/support/database";
import { type RunningSite, startRunningSite } from "../tests/support/running-site";

/** Part of everything that members send in this test. The server must not log it. */
const CANARY = `canary${randomBytes(4).toString("hex")}`;
const EMAIL = `${CANARY}@example.org`;
const PASSWORD = `${CANARY} horse battery`;

let database: TestDatabase;
let databaseProxy: FaultProxy;
let dataDir: string;
let collector: Server;
let site: RunningSite;
let ada: ApiClient;
/** The requests that the collector received. */
const collected: unknown[] = [];

beforeAll(async () => {
  database = await createTestDatabase();
  const address = new URL(database.url);
  databaseProxy = await startFaultProxy(new URL(`http://${address.host}`));
  address.host = new URL(databaseProxy.url).host;
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
  await databaseProxy?.close();
  await database?.drop();
  rmSync(dataDir, { recursive: true, force: true });
});

test("logs and traces contain no member data and no secrets", async () => {
  const secrets = [CANARY, "127.0.0.1", new URL(database.url).password];
  await ada.signUp({ name: `Ada ${CANARY}`, email: EMAIL, password: PASSWORD });
  const request = ada.request.bind(ada);
  const token = decodeURIComponent(ada.cookie.split("=")[1] ?? "").split(".")[0] ?? "";
  expect(token.length).toBeGreaterThan(20);
  secrets.push(token);
  const bytes = await samplePdf({ text: CANARY });
  const issue = () => ada.issueTicket("medicalLetter", "application/pdf", bytes, `${CANARY}.pdf`);

  // Requests that succeed.
  expect(
    (await request("PATCH", "/api/profile", { handle: CANARY, bio: CANARY, visibility: "public" })).status,
  ).toBe(200);
  const issued = await issue();
  secrets.push(
    new URL(issued.upload.url).pathname.split("/").at(-1) ?? "",
    ...signaturesOf(issued.upload.url),
  );
  expect((await ada.putBytes(issued, bytes)).status).toBe(200);
  const { file } = await (await ada.completeUpload(issued)).json();
  const content = await request("GET", `/api/files/${file.id}/content`);
  expect(content.status).toBe(302);
  const signed = new URL(content.headers.get("location") ?? "", site.url);
  secrets.push(...signaturesOf(signed.href));
  expect((await fetch(signed)).status).toBe(200);
  expect((await request("GET", `/u/${CANARY}?from=${CANARY}`)).status).toBe(200);
  expect((await request("GET", "/profile")).status).toBe(200);

  // Requests that the application rejects.
  expect(
    (await request("POST", "/api/auth/sign-in/email", { email: EMAIL, password: `${CANARY} wrong one` }))
      .status,
  ).toBe(401);
  expect(
    (await request("POST", "/api/auth/sign-up/email", { name: CANARY, email: EMAIL, password: PASSWORD })).ok,
  ).toBe(false);
  expect((await request("POST", "/api/uploads", `{"name": "${CANARY}`)).status).toBe(400);
  expect((await request("PATCH", "/api/profile", { [CANARY]: CANARY })).status).toBe(422);
  expect((await request("GET", `/api/${CANARY}/%0a${CANARY}`)).status).toBe(404);
  expect((await request("GET", `/${CANARY}`)).status).toBe(404);
  expect(
    (await request("PUT", `/api/storage/private/${CANARY}?signature=${CANARY}`)).status,
  ).toBeGreaterThanOrEqual(400);
  expect(
    (
      await request("GET", "/api/fields", undefined, {
        "x-request-id": CANARY,
        "user-agent": CANARY,
        "x-forwarded-for": CANARY,
      })
    ).status,
  ).toBe(200);
  expect(
    (
      await request(
        "POST",
        "/api/auth/sign-in/email",
        { email: EMAIL, password: PASSWORD },
        { origin: `https://${CANARY}.test` },
      )
    ).status,
  ).toBe(403);

  // Requests that fail because the storage or the database is unavailable.
  const again = await issue();
  renameSync(join(dataDir, "storage"), join(dataDir, "elsewhere"));
  writeFileSync(join(dataDir, "storage"), "");
  expect((await ada.putBytes(again, bytes)).status).toBe(503);
  expect((await request("POST", `/api/uploads/${again.id}/complete`, {})).status).toBe(503);
  rmSync(join(dataDir, "storage"));
  renameSync(join(dataDir, "elsewhere"), join(dataDir, "storage"));
  await databaseProxy.set({ kind: "reset" });
  const pages = await request("GET", `/u/${CANARY}`);
  expect(pages.status).toBeGreaterThanOrEqual(500);
  await expect(issue()).rejects.toThrow(/^No ticket: 503/);
  expect(
    (await request("POST", "/api/auth/sign-in/email", { email: EMAIL, password: PASSWORD })).status,
  ).toBe(503);
  expect((await request("GET", "/api/health")).status).toBe(503);
  await databaseProxy.set({ kind: "none" });

  // The log delays a repeated error for a moment.
  await vi.waitFor(() => expect(site.output()).toContain("A page failed to render."), 5_000);
  const lines = site.output().split("\n").filter(Boolean);
  expect(lines.filter((line) => !line.startsWith("{"))).toEqual([]);
  const facts = lines.map((line): Record<string, unknown> => JSON.parse(line));
  for (const { level, time, msg } of facts)
    expect([typeof level, typeof time, typeof msg]).toEqual(Array(3).fill("string"));
  const expectLine = (wanted: Record<string, unknown>) =>
    expect(facts).toContainEqual(expect.objectContaining(wanted));
  expectLine({ msg: "answered", method: "POST", route: "/api/uploads/[id]/complete", status: 200 });
  expectLine({ msg: "answered", method: "GET", route: "/u/[handle]", status: 200 });
  expectLine({ msg: "answered", method: "GET", route: "/api/[...rest]", status: 404 });
  expectLine({ msg: "answered", route: "unmatched", status: 404 });
  expectLine({ level: "warn", msg: "The database is unavailable." });
  // The log has one line per page error, with the id of the response.
  const pageErrors = facts.filter(
    ({ request, level }) => request === pages.headers.get("x-request-id") && level === "error",
  );
  expect(pageErrors.length).toBeGreaterThan(0);
  for (const { msg, digest } of pageErrors)
    expect([msg, digest]).toEqual(["A page failed to render.", expect.stringMatching(/^\d+$/)]);
  expect(pageErrors[0]).toMatchObject({ route: "/u/[handle]", error: { at: expect.any(Array) } });

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

test("every response has a request id and no Server-Timing in production", async () => {
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

test("ignores an upgrade to h2c and responds over HTTP/1.1", async () => {
  const { hostname, port } = new URL(site.url);
  const socket = connect(Number(port), hostname);
  socket.write(
    `GET /api/fields HTTP/1.1\r\nHost: localhost:${port}\r\nConnection: Upgrade, HTTP2-Settings, close\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAoAAAAAIAAAAA\r\n\r\n`,
  );
  expect(await text(socket)).toMatch(/^HTTP\/1\.1 200 [\s\S]*"fields"/);
});

test("SIGTERM ends the running request, idle connections and the process", async () => {
  const { hostname, port } = new URL(site.url);
  const idle = connect(Number(port), hostname);
  await once(idle, "connect");
  const closed = once(idle, "close");
  idle.on("error", () => undefined);
  const body = JSON.stringify({ email: EMAIL, password: PASSWORD });
  const busy = connect(Number(port), hostname);
  const head = `POST /api/auth/sign-in/email HTTP/1.1\r\nHost: localhost:${port}\r\nOrigin: ${site.url}\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\nExpect: 100-continue\r\n\r\n`;
  busy.write(head);
  // The server has received the request before SIGTERM, because it asks for the body.
  const [interim] = await once(busy, "data");
  expect(String(interim)).toBe("HTTP/1.1 100 Continue\r\n\r\n");
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

/** Returns the signatures of a signed URL: its long parameters. */
function signaturesOf(url: string): string[] {
  return [...new URL(url).searchParams.values()].filter((value) => value.length >= 32);
}

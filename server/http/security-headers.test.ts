import { createServer, type Server } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { text } from "node:stream/consumers";
import { afterEach, expect, test } from "vitest";
import { silentLog } from "../../lib/observability/log";
import { createHttpServer, type HttpServer, type RequestHandler } from "./server";
import { withSecurityHeaders } from "./security-headers";

const open: (Server | HttpServer)[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((one) => new Promise((done) => void closed(one).then(done))));
});

async function closed(one: Server | HttpServer): Promise<void> {
  if ("listening" in one) await new Promise((done) => one.close(done));
  else await one.close();
}

async function answerOf(handler: RequestHandler, https = true): Promise<Headers> {
  const server = createServer(withSecurityHeaders(handler, { https }));
  open.push(server);
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const { port } = server.address() as AddressInfo;
  const { headers } = await fetch(`http://127.0.0.1:${port}/`, { headers: { connection: "close" } });
  return headers;
}

test.each<[string, RequestHandler]>([
  ["sets none", (_request, response) => void response.end("x")],
  ["names them in an object", (_request, response) => void response.writeHead(404, { "x-own": "1" }).end()],
  ["names them in a list", (_request, response) => void response.writeHead(404, ["x-own", "1"]).end()],
  ["says more of its status", (_request, response) => void response.writeHead(404, "Gone", { a: "1" }).end()],
  [
    "writes without a head",
    (_request, response) => {
      response.write("x");
      response.end();
    },
  ],
])("an answer has every guard where the handler %s", async (_name, handler) => {
  const headers = await answerOf(handler);
  expect(Object.fromEntries(headers)).toMatchObject({
    "content-security-policy": expect.stringMatching(/^default-src 'none'; .*frame-ancestors 'none'/),
    "x-content-type-options": "nosniff",
    "referrer-policy": "strict-origin-when-cross-origin",
    "cross-origin-opener-policy": "same-origin",
    "permissions-policy": expect.stringContaining("camera=()"),
    "strict-transport-security": expect.stringMatching(/^max-age=\d{8}/),
    "cache-control": "private, no-store",
  });
});

test.each<[string, RequestHandler]>([
  [
    "before",
    (_request, response) => {
      response.setHeader("referrer-policy", "no-referrer");
      response.setHeader("Cache-Control", "public, max-age=60");
      response.end();
    },
  ],
  [
    "in an object",
    (_request, response) =>
      void response
        .writeHead(200, { "referrer-policy": "no-referrer", "cache-control": "public, max-age=60" })
        .end(),
  ],
  [
    "in a list",
    (_request, response) =>
      void response
        .writeHead(200, ["Referrer-Policy", "no-referrer", "Cache-Control", "public, max-age=60"])
        .end(),
  ],
])("what the handler says %s stands, and is said once", async (_name, handler) => {
  const headers = await answerOf(handler);
  expect(headers.get("referrer-policy")).toBe("no-referrer");
  expect(headers.get("cache-control")).toBe("public, max-age=60");
  expect(headers.get("x-content-type-options")).toBe("nosniff");
});

test("nobody is bound to HTTPS where people do not come by it", async () => {
  const headers = await answerOf((_request, response) => void response.end(), false);
  expect(headers.get("strict-transport-security")).toBeNull();
});

test.each([
  ["that is none", "NONSENSE\r\n\r\n", 400],
  ["whose headers are too many", `GET / HTTP/1.1\r\nHost: a\r\nX: ${"x".repeat(20_000)}\r\n\r\n`, 431],
  ["that expects what nobody does", "GET / HTTP/1.1\r\nHost: a\r\nExpect: tea\r\n\r\n", 417],
  ["for an address that is none", "GET //evil HTTP/1.1\r\nHost: a\r\n\r\n", 400],
])("a request %s is refused with the guards as well", async (_name, bytes, status) => {
  const front = createHttpServer({
    log: silentLog,
    routeOf: () => "unmatched",
    handler: (_request, response) => void response.end(),
    trustedProxies: 0,
    isHttps: true,
  });
  open.push(front);
  const socket = connect(await front.listen(0, ["127.0.0.1"]), "127.0.0.1");
  socket.write(bytes);
  const answer = await text(socket);
  expect(answer).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
  for (const guard of [
    /^X-Content-Type-Options: nosniff/im,
    /^Content-Security-Policy: default-src 'none';.*frame-ancestors 'none'/im,
    /^Strict-Transport-Security: max-age=/im,
    /^Cache-Control: private, no-store/im,
  ])
    expect(answer).toMatch(guard);
});

import { createServer, type Server } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { text } from "node:stream/consumers";
import { afterEach, expect, test } from "vitest";
import { silentLog } from "../../lib/observability/log";
import type { RequestHandler } from "./request-handler";
import { withSecurityHeaders } from "./security-headers";
import { createHttpServer, type HttpServer } from "./server";

const openServers: (Server | HttpServer)[] = [];
afterEach(async () => {
  await Promise.all(openServers.splice(0).map(closeServer));
});

async function closeServer(server: Server | HttpServer): Promise<void> {
  if ("listening" in server) await new Promise((done) => server.close(done));
  else await server.close();
}

async function headersFrom(handler: RequestHandler, https = true): Promise<Headers> {
  const server = createServer(withSecurityHeaders(handler, { https }));
  openServers.push(server);
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const { port } = server.address() as AddressInfo;
  const { headers } = await fetch(`http://127.0.0.1:${port}/`, { headers: { connection: "close" } });
  return headers;
}

test.each<[string, RequestHandler]>([
  ["sets no header", (_request, response) => void response.end("x")],
  [
    "passes headers in an object",
    (_request, response) => void response.writeHead(404, { "x-own": "1" }).end(),
  ],
  ["passes headers in a list", (_request, response) => void response.writeHead(404, ["x-own", "1"]).end()],
  ["passes a status message", (_request, response) => void response.writeHead(404, "Gone", { a: "1" }).end()],
  [
    "writes without writeHead",
    (_request, response) => {
      response.write("x");
      response.end();
    },
  ],
])("a response has every security header if the handler %s", async (_name, handler) => {
  const headers = await headersFrom(handler);
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
    "by setHeader",
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
])("keeps a header that the handler sets %s", async (_name, handler) => {
  const headers = await headersFrom(handler);
  expect(headers.get("referrer-policy")).toBe("no-referrer");
  expect(headers.get("cache-control")).toBe("public, max-age=60");
  expect(headers.get("x-content-type-options")).toBe("nosniff");
});

test("sends no Strict-Transport-Security without HTTPS", async () => {
  const headers = await headersFrom((_request, response) => void response.end(), false);
  expect(headers.get("strict-transport-security")).toBeNull();
});

test.each([
  ["that is no HTTP", "NONSENSE\r\n\r\n", 400],
  ["with too large headers", `GET / HTTP/1.1\r\nHost: a\r\nX: ${"x".repeat(20_000)}\r\n\r\n`, 431],
  ["with an unknown expectation", "GET / HTTP/1.1\r\nHost: a\r\nExpect: tea\r\n\r\n", 417],
  ["with TRACE", "TRACE / HTTP/1.1\r\nHost: a\r\n\r\n", 405],
  ["with a method of WebDAV", "PROPFIND / HTTP/1.1\r\nHost: a\r\n\r\n", 405],
  ["with an unknown method", "BREW / HTTP/1.1\r\nHost: a\r\n\r\n", 405],
  ["with CONNECT", "CONNECT a:443 HTTP/1.1\r\nHost: a\r\n\r\n", 405],
  ["in another protocol", "\x16\x03\x01\x02 / HTTP/1.1\r\n\r\n", 400],
  ["with an invalid URL", "GET //evil HTTP/1.1\r\nHost: a\r\n\r\n", 400],
])("a rejected request %s gets the security headers", async (_name, bytes, status) => {
  const server = createHttpServer({
    log: silentLog,
    routeOf: () => "unmatched",
    handler: (_request, response) => void response.end(),
    trustedProxies: 0,
    transport: { https: true },
  });
  openServers.push(server);
  const socket = connect(await server.listen(0, ["127.0.0.1"]), "127.0.0.1");
  socket.write(bytes);
  const response = await text(socket);
  expect(response).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
  for (const header of [
    /^X-Content-Type-Options: nosniff/im,
    /^Content-Security-Policy: default-src 'none';.*frame-ancestors 'none'/im,
    /^Strict-Transport-Security: max-age=/im,
    /^Cache-Control: private, no-store/im,
  ])
    expect(response).toMatch(header);
  if (status === 405) expect(response).toMatch(/^Allow: GET, HEAD, POST/im);
});

import { once } from "node:events";
import { connect } from "node:net";
import { describe, expect, test, vi } from "vitest";
import { currentRequest } from "../../lib/observability/current-request";
import type { RequestHandler } from "./request-handler";
import { echoHandler, sendRawRequest, startServer } from "./testing/open-server";

async function requestAndEcho(port: number, headers: string[]) {
  const lines = ["GET / HTTP/1.1", "Host: dossier.test", "Connection: close", ...headers, "", ""];
  const response = await sendRawRequest(port, lines.join("\r\n"));
  return JSON.parse(response.slice(response.indexOf("{"), response.lastIndexOf("}") + 1));
}

test("sends the socket's address to the application and removes the client's claims", async () => {
  const { port } = await startServer(echoHandler);
  const { headers, raw } = await requestAndEcho(port, [
    "X-Forwarded-For: 6.6.6.6",
    "X-Forwarded-Proto: https",
    "X-Forwarded-Host: evil.test",
    "Forwarded: for=6.6.6.6",
    "X-Real-IP: 6.6.6.6",
    "X-Dossier-Address: 6.6.6.6",
    "X-Dossier-Closing: 1",
    "X-Dossier-Request: 6.6.6.6-6.6.6.6",
    "X-Request-Id: 6.6.6.6-6.6.6.6",
    "X-Middleware-Subrequest: middleware",
    "Accept: text/html",
  ]);
  expect(headers).toEqual({
    host: "dossier.test",
    connection: "close",
    accept: "text/html",
    "x-dossier-address": "127.0.0.1",
    "x-dossier-request": expect.stringMatching(/^[0-9a-f-]{36}$/),
  });
  expect(raw.join(" ")).not.toMatch(/6\.6\.6\.6|evil|middleware/);
});

test("behind a proxy takes its address, scheme and host", async () => {
  const { port } = await startServer(echoHandler, { trustedProxies: 1 });
  const { headers } = await requestAndEcho(port, [
    "X-Forwarded-For: 6.6.6.6",
    "X-Forwarded-For: 203.0.113.7",
    "X-Forwarded-Proto: http, https",
    "X-Forwarded-Host: evil.test, dossier.test",
    "X-Dossier-Address: 6.6.6.6",
  ]);
  expect(headers).toMatchObject({
    "x-dossier-address": "203.0.113.7",
    "x-forwarded-proto": "https",
    "x-forwarded-host": "dossier.test",
  });
  expect(headers).not.toHaveProperty("x-forwarded-for");
});

test.each([
  "//evil.test",
  "/%2fevil.test",
  "/a%00b",
  "/%",
  "/%zz",
  "/%ff",
  "/\\evil.test",
  "http://evil.test/",
])("rejects the URL %s with 400 before the application sees it", async (url) => {
  const handler = vi.fn<RequestHandler>(echoHandler);
  const { port } = await startServer(handler);
  const response = await sendRawRequest(
    port,
    `GET ${url} HTTP/1.1\r\nHost: dossier.test\r\nConnection: close\r\n\r\n`,
  );
  expect(response).toMatch(/^HTTP\/1\.1 400 /);
  expect(response).toMatch(/application\/problem\+json/);
  expect(handler).not.toHaveBeenCalled();
});

test.each(["/", "/u/ada?next=%2Fprofile", "/files/a%20b.pdf", "/search?q=100%", "/api/reviews?cursor=%00"])(
  "passes the URL %s on unchanged",
  async (url) => {
    const { port } = await startServer(echoHandler);
    const response = await sendRawRequest(
      port,
      `GET ${url} HTTP/1.1\r\nHost: dossier.test\r\nConnection: close\r\n\r\n`,
    );
    expect(response).toContain(`"url":"${url}"`);
  },
);

const upgradeRequest = (path: string, protocol: string) =>
  [
    `GET ${path} HTTP/1.1`,
    "Host: dossier.test",
    "Connection: Upgrade, close",
    `Upgrade: ${protocol}`,
    "",
    "",
  ].join("\r\n");

test("ignores an upgrade header if there is no upgrade handler", async () => {
  const { port } = await startServer(echoHandler);
  for (const protocol of ["h2c", "websocket"])
    expect(await sendRawRequest(port, upgradeRequest("/u/ada", protocol))).toMatch(
      /^HTTP\/1\.1 200 [\s\S]*"url":"\/u\/ada"/,
    );
});

test("passes a clean upgrade to the handler and closes it at shutdown", async () => {
  const { server, port } = await startServer(echoHandler, {
    upgrade: (request, socket) => void socket.write(`taken ${request.headers["x-dossier-address"]}`),
  });
  const socket = connect(port, "127.0.0.1");
  socket.write(
    upgradeRequest("/_next/hmr", "websocket").replace("\r\n\r\n", "\r\nX-Dossier-Address: 6.6.6.6\r\n\r\n"),
  );
  expect(String((await once(socket, "data"))[0])).toBe("taken 127.0.0.1");
  const ended = once(socket, "close");
  await server.close();
  await ended;
  const other = await startServer(echoHandler, { upgrade: (_request, socket) => void socket.end("taken") });
  expect(await sendRawRequest(other.port, upgradeRequest("//evil.test", "websocket"))).toBe("");
});

describe("the request id", () => {
  test("comes from a trusted proxy if well formed, otherwise is new", async () => {
    const behind = await startServer(echoHandler, { trustedProxies: 1 });
    const alone = await startServer(echoHandler);
    const requestWithId = async (port: number, id: string) => {
      const response = await fetch(`http://127.0.0.1:${port}/`, { headers: { "x-request-id": id } });
      const { headers } = await response.json();
      expect(headers["x-dossier-request"]).toBe(response.headers.get("x-request-id"));
      return response.headers.get("x-request-id");
    };
    expect(await requestWithId(behind.port, "0af7651916cd43dd")).toBe("0af7651916cd43dd");
    for (const odd of ["short", "two words here", "x".repeat(200), '{"level":"error"}'])
      expect(await requestWithId(behind.port, odd)).toMatch(/^[0-9a-f-]{36}$/);
    expect(await requestWithId(alone.port, "0af7651916cd43dd")).not.toBe("0af7651916cd43dd");
  });

  test("is the same in all asynchronous work of the request", async () => {
    const { port } = await startServer(async (_request, response) => {
      await new Promise((done) => setImmediate(done));
      response.end(currentRequest()?.id);
    });
    const ids = await Promise.all(
      [1, 2, 3].map(async () => {
        const response = await fetch(`http://127.0.0.1:${port}/`);
        expect(await response.text()).toBe(response.headers.get("x-request-id"));
        return response.headers.get("x-request-id");
      }),
    );
    expect(new Set(ids).size).toBe(3);
  });
});

import { once } from "node:events";
import { connect } from "node:net";
import { describe, expect, test, vi } from "vitest";
import { currentRequest } from "../../lib/observability/current-request";
import type { RequestHandler } from "./server";
import { echoHandler, startServer, sendRawRequest } from "./testing/open-server";

async function seen(port: number, headers: string[]) {
  const lines = ["GET / HTTP/1.1", "Host: dossier.test", "Connection: close", ...headers, "", ""];
  const answer = await sendRawRequest(port, lines.join("\r\n"));
  return JSON.parse(answer.slice(answer.indexOf("{"), answer.lastIndexOf("}") + 1));
}

test("tells the application the socket's address, and nothing of what the caller claims", async () => {
  const { port } = await startServer(echoHandler);
  const { headers, raw } = await seen(port, [
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

test("believes the n-th address from the right, and the proxy's own scheme and host", async () => {
  const { port } = await startServer(echoHandler, { trustedProxies: 1 });
  const { headers } = await seen(port, [
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
  "/?q=%00",
  "/%",
  "/%zz",
  "/%ff",
  "/\\evil.test",
  "http://evil.test/",
])("answers 400 to the address %s, and the application never sees it", async (address) => {
  const handler = vi.fn<RequestHandler>(echoHandler);
  const { port } = await startServer(handler);
  const answer = await sendRawRequest(
    port,
    `GET ${address} HTTP/1.1\r\nHost: dossier.test\r\nConnection: close\r\n\r\n`,
  );
  expect(answer).toMatch(/^HTTP\/1\.1 400 /);
  expect(answer).toMatch(/application\/problem\+json/);
  expect(handler).not.toHaveBeenCalled();
});

test.each(["/", "/u/ada?next=%2Fprofile", "/files/a%20b.pdf", "/search?q=100%"])(
  "hands on the address %s as it is",
  async (address) => {
    const { port } = await startServer(echoHandler);
    const answer = await sendRawRequest(
      port,
      `GET ${address} HTTP/1.1\r\nHost: dossier.test\r\nConnection: close\r\n\r\n`,
    );
    expect(answer).toContain(`"url":"${address}"`);
  },
);

const offer = (path: string, protocol: string) =>
  [
    `GET ${path} HTTP/1.1`,
    "Host: dossier.test",
    "Connection: Upgrade, close",
    `Upgrade: ${protocol}`,
    "",
    "",
  ].join("\r\n");

test("answers a request that offers another protocol as any other, where nobody takes connections over", async () => {
  const { port } = await startServer(echoHandler);
  for (const protocol of ["h2c", "websocket"])
    expect(await sendRawRequest(port, offer("/u/ada", protocol))).toMatch(/^HTTP\/1\.1 200 [\s\S]*"url":"\/u\/ada"/);
});

test("hands a connection to whoever takes it over, with no claim of the caller's, and closes it in the end", async () => {
  const { front, port } = await startServer(echoHandler, {
    upgrade: (request, socket) => void socket.write(`taken ${request.headers["x-dossier-address"]}`),
  });
  const socket = connect(port, "127.0.0.1");
  socket.write(
    offer("/_next/hmr", "websocket").replace("\r\n\r\n", "\r\nX-Dossier-Address: 6.6.6.6\r\n\r\n"),
  );
  expect(String((await once(socket, "data"))[0])).toBe("taken 127.0.0.1");
  const ended = once(socket, "close");
  await front.close();
  await ended;
  const other = await startServer(echoHandler, { upgrade: (_request, socket) => void socket.end("taken") });
  expect(await sendRawRequest(other.port, offer("//evil.test", "websocket"))).toBe("");
});

describe("a request's id", () => {
  test("is the one of a trusted proxy, where it is well formed; everywhere else a new one", async () => {
    const behind = await startServer(echoHandler, { trustedProxies: 1 });
    const alone = await startServer(echoHandler);
    const asked = async (port: number, id: string) => {
      const response = await fetch(`http://127.0.0.1:${port}/`, { headers: { "x-request-id": id } });
      const { headers } = await response.json();
      expect(headers["x-dossier-request"]).toBe(response.headers.get("x-request-id"));
      return response.headers.get("x-request-id");
    };
    expect(await asked(behind.port, "0af7651916cd43dd")).toBe("0af7651916cd43dd");
    for (const odd of ["short", "two words here", "x".repeat(200), '{"level":"error"}'])
      expect(await asked(behind.port, odd)).toMatch(/^[0-9a-f-]{36}$/);
    expect(await asked(alone.port, "0af7651916cd43dd")).not.toBe("0af7651916cd43dd");
  });

  test("is known to everything that the request begins, and to nothing of another one", async () => {
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

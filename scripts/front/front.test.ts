import { once } from "node:events";
import type { IncomingMessage, ServerResponse } from "node:http";
import { connect, type Socket } from "node:net";
import { text } from "node:stream/consumers";
import { afterEach, expect, test, vi } from "vitest";
import { createFront, type Front, type Handler } from "./front";

const open: Front[] = [];

afterEach(async () => {
  vi.restoreAllMocks();
  await Promise.all(open.splice(0).map((front) => front.close()));
});

async function listening(
  handler: Handler,
  options: { trustedProxies?: number; grace?: number } = {},
): Promise<{ front: Front; port: number }> {
  const front = createFront({ handler, trustedProxies: 0, ...options });
  open.push(front);
  return { front, port: await front.listen(0, ["127.0.0.1"]) };
}

/** What the application sees of a request. */
const echo: Handler = (request, response) => {
  response.end(JSON.stringify({ url: request.url, headers: request.headers, raw: request.rawHeaders }));
};

/** Writes raw bytes and reads until the server closes. */
async function raw(port: number, request: string): Promise<string> {
  const socket = connect(port, "127.0.0.1");
  socket.write(request);
  return text(socket);
}

async function seen(port: number, headers: string[]) {
  const lines = ["GET / HTTP/1.1", "Host: dossier.test", "Connection: close", ...headers, "", ""];
  const answer = await raw(port, lines.join("\r\n"));
  return JSON.parse(answer.slice(answer.indexOf("{"), answer.lastIndexOf("}") + 1));
}

test("tells the application the socket's address, and nothing of what the caller claims", async () => {
  const { port } = await listening(echo);
  const { headers, raw } = await seen(port, [
    "X-Forwarded-For: 6.6.6.6",
    "X-Forwarded-Proto: https",
    "X-Forwarded-Host: evil.test",
    "Forwarded: for=6.6.6.6",
    "X-Real-IP: 6.6.6.6",
    "X-Dossier-Address: 6.6.6.6",
    "X-Middleware-Subrequest: middleware",
    "Accept: text/html",
  ]);
  expect(headers).toEqual({
    host: "dossier.test",
    connection: "close",
    accept: "text/html",
    "x-dossier-address": "127.0.0.1",
  });
  expect(raw.join(" ")).not.toMatch(/6\.6\.6\.6|evil|middleware/);
});

test("believes the n-th address from the right, and the proxy's own scheme and host", async () => {
  const { port } = await listening(echo, { trustedProxies: 1 });
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
  const handler = vi.fn<Handler>(echo);
  const { port } = await listening(handler);
  const answer = await raw(
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
    const { port } = await listening(echo);
    const answer = await raw(
      port,
      `GET ${address} HTTP/1.1\r\nHost: dossier.test\r\nConnection: close\r\n\r\n`,
    );
    expect(answer).toContain(`"url":"${address}"`);
  },
);

test("answers 500 without details where the handler throws", async () => {
  const log = vi.spyOn(console, "error").mockReturnValue();
  const { port } = await listening(() => {
    throw new Error("password=hunter2");
  });
  const response = await fetch(`http://127.0.0.1:${port}/`);
  expect(response.status).toBe(500);
  expect(await response.text()).not.toContain("hunter2");
  expect(log).toHaveBeenCalledOnce();
});

test("lets a running request end while it closes, and takes no new connection", async () => {
  const { arrived, handler, answer } = held();
  const { front, port } = await listening(handler);
  // fetch keeps its connection alive: a front that waited for it would take 10 s.
  const first = fetch(`http://127.0.0.1:${port}/`);
  await arrived;
  const closed = front.close();
  await expect(fetch(`http://127.0.0.1:${port}/`)).rejects.toThrow();
  answer("finished");
  expect(await (await first).text()).toBe("finished");
  await closed;
}, 5_000);

test("cuts a request that does not end within the grace", async () => {
  const { arrived, handler } = held();
  const { front, port } = await listening(handler, { grace: 50 });
  const first = fetch(`http://127.0.0.1:${port}/`);
  first.catch(() => undefined);
  await arrived;
  await front.close();
  await expect(first).rejects.toThrow();
});

test("cuts everything when it is told to close a second time", async () => {
  const { arrived, handler } = held();
  const { front, port } = await listening(handler, { grace: 3_600_000 });
  const first = fetch(`http://127.0.0.1:${port}/`);
  first.catch(() => undefined);
  await arrived;
  const closed = front.close();
  await front.close();
  await closed;
  await expect(first).rejects.toThrow();
});

test("closes a connection that asks for an upgrade nobody offers", async () => {
  const { port } = await listening(echo);
  const lines = [
    "GET /_next/hmr HTTP/1.1",
    "Host: dossier.test",
    "Connection: Upgrade",
    "Upgrade: websocket",
  ];
  expect(await raw(port, `${lines.join("\r\n")}\r\n\r\n`)).toBe("");
});

test("says so where the port is taken", async () => {
  const { port } = await listening(echo);
  const other = createFront({ handler: echo, trustedProxies: 0 });
  await expect(other.listen(port, ["127.0.0.1"])).rejects.toMatchObject({ code: "EADDRINUSE" });
});

test("takes an upload that pauses in mid-body", async () => {
  const { port } = await listening(async (request, response) => {
    response.end(String((await text(request)).length));
  });
  const socket: Socket = connect(port, "127.0.0.1");
  socket.write(
    "PUT /upload HTTP/1.1\r\nHost: dossier.test\r\nConnection: close\r\nContent-Length: 8\r\n\r\nhalf",
  );
  await once(socket, "connect");
  const answer = text(socket);
  socket.write("half");
  expect(await answer).toMatch(/\r\n\r\n8$|\r\n8\r\n0/);
});

/** A handler that answers only when it is told to. */
function held() {
  const arrived = Promise.withResolvers<void>();
  const answered = Promise.withResolvers<string>();
  const handler = async (_request: IncomingMessage, response: ServerResponse) => {
    arrived.resolve();
    response.end(await answered.promise);
  };
  return { arrived: arrived.promise, handler, answer: answered.resolve };
}

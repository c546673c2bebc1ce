import { once } from "node:events";
import type { IncomingMessage, ServerResponse } from "node:http";
import { connect, type Socket } from "node:net";
import { text } from "node:stream/consumers";
import { afterEach, describe, expect, test, vi } from "vitest";
import { silentLog } from "../../lib/log/log";
import { heardLog } from "../../lib/log/testing/heard-log";
import { currentRequest } from "../../lib/requests/current";
import { routeFinder } from "../../lib/requests/route-pattern";
import { createFront, type Front, type Handler } from "./front";
import type { StaticFiles } from "./static-files";

const open: Front[] = [];
const NOTHING = { trustedProxies: 0, log: silentLog, routeOf: routeFinder(["/", "/u/[handle]"]) };

afterEach(async () => {
  vi.restoreAllMocks();
  await Promise.all(open.splice(0).map((front) => front.close()));
});

async function listening(
  handler: Handler,
  options: Partial<Parameters<typeof createFront>[0]> = {},
): Promise<{ front: Front; port: number }> {
  const front = createFront({ ...NOTHING, handler, ...options });
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
  const { log, lines } = heardLog();
  const thrown = () => {
    throw new Error("password=hunter2");
  };
  const { port } = await listening(thrown, { log });
  const response = await fetch(`http://127.0.0.1:${port}/`);
  expect(response.status).toBe(500);
  expect(await response.text()).not.toContain("hunter2");
  await vi.waitFor(() => expect(lines).toHaveLength(2));
  expect(lines[0]).toMatchObject({
    level: "error",
    facts: { request: response.headers.get("x-request-id") },
  });
  expect(JSON.stringify(lines)).not.toContain("hunter2");
});

test("lets a running request end while it closes, and takes no new connection", async () => {
  const { arrived, handler, answer } = held();
  const { front, port } = await listening(handler);
  // fetch keeps its connection alive: a front that waited for it would take 10 s.
  const first = fetch(`http://127.0.0.1:${port}/`);
  await arrived;
  const closed = front.close();
  const another = () => once(connect(port, "127.0.0.1"), "connect");
  await vi.waitFor(() => expect(another()).rejects.toMatchObject({ code: "ECONNREFUSED" }));
  answer("finished");
  expect(await (await first).text()).toBe("finished");
  await closed;
}, 5_000);

test("answers what had arrived before it was told to close, though it had not read it", async () => {
  const { front, port } = await listening(echo);
  const socket = connect(port, "127.0.0.1");
  const answer = text(socket);
  await new Promise((sent) => socket.write("GET / HTTP/1.1\r\nHost: dossier.test\r\n\r\n", sent));
  await front.close();
  expect(await answer).toMatch(/^HTTP\/1\.1 200 /);
});

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

/** As `curl --http2` asks in the clear, and as a browser does for a WebSocket. */
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
  const { port } = await listening(echo);
  for (const protocol of ["h2c", "websocket"])
    expect(await raw(port, offer("/u/ada", protocol))).toMatch(/^HTTP\/1\.1 200 [\s\S]*"url":"\/u\/ada"/);
});

test("hands a connection to whoever takes it over, with no claim of the caller's, and closes it in the end", async () => {
  const { front, port } = await listening(echo, {
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
  const other = await listening(echo, { upgrade: (_request, socket) => void socket.end("taken") });
  expect(await raw(other.port, offer("//evil.test", "websocket"))).toBe("");
});

test("says so where the port is taken", async () => {
  const { port } = await listening(echo);
  const other = createFront({ ...NOTHING, handler: echo });
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

describe("the log", () => {
  test("has one line for each request, with the pattern of its route and nothing of its address", async () => {
    const { log, lines } = heardLog();
    const { port } = await listening(echo, { log });
    const response = await fetch(`http://127.0.0.1:${port}/u/ada-lovelace?token=hunter2`);
    await response.text();
    await vi.waitFor(() => expect(lines).toHaveLength(1));
    expect(lines).toEqual([
      {
        level: "info",
        message: "answered",
        facts: {
          request: response.headers.get("x-request-id"),
          method: "GET",
          route: "/u/[handle]",
          status: 200,
          ms: expect.any(Number),
        },
      },
    ]);
  });

  test("has a line for what was refused and for what was cut, and for no static file", async () => {
    const { log, lines } = heardLog();
    const files: StaticFiles = (request, response) => {
      if (request.url !== "/favicon.ico") return false;
      response.end("icon");
      return true;
    };
    const { arrived, handler } = held();
    const { port } = await listening(handler, { log, files });
    expect(await (await fetch(`http://127.0.0.1:${port}/favicon.ico`)).text()).toBe("icon");
    await raw(port, "BREW /%00 HTTP/1.1\r\nHost: dossier.test\r\nConnection: close\r\n\r\n").catch(() => "");
    await raw(port, "GET /%00 HTTP/1.1\r\nHost: dossier.test\r\nConnection: close\r\n\r\n");
    const leaving = new AbortController();
    const left = fetch(`http://127.0.0.1:${port}/`, { signal: leaving.signal });
    await arrived;
    leaving.abort();
    await expect(left).rejects.toThrow();
    await vi.waitFor(() => expect(lines).toHaveLength(2));
    expect(lines.map(({ facts }) => facts)).toMatchObject([
      { route: "unmatched", status: 400 },
      { route: "/", cut: true },
    ]);
  });
});

describe("a request's id", () => {
  test("is the one of a trusted proxy, where it is well formed; everywhere else a new one", async () => {
    const behind = await listening(echo, { trustedProxies: 1 });
    const alone = await listening(echo);
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
    const { port } = await listening(async (_request, response) => {
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

test("takes requests while it gives notice of its end, tells the application so, and ends at once when told again", async () => {
  const { front, port } = await listening(echo, { notice: 3_600_000 });
  const closed = front.close();
  const response = await fetch(`http://127.0.0.1:${port}/`);
  expect(response.headers.get("connection")).toBe("close");
  expect((await response.json()).headers).toMatchObject({ "x-dossier-closing": "1" });
  await front.close();
  await closed;
  await expect(fetch(`http://127.0.0.1:${port}/`)).rejects.toThrow();
});

test("waits for nobody who has connected ahead and said nothing", async () => {
  const { front, port } = await listening(echo, { grace: 3_600_000 });
  const silent = connect(port, "127.0.0.1");
  silent.on("error", () => undefined);
  await once(silent, "connect");
  // The server knows of a connection by the time it has answered a later one.
  await (await fetch(`http://127.0.0.1:${port}/`)).text();
  await front.close();
}, 5_000);

import { once } from "node:events";
import type { IncomingMessage, ServerResponse } from "node:http";
import { connect, type Socket } from "node:net";
import { text } from "node:stream/consumers";
import { describe, expect, test, vi } from "vitest";
import { createRecordingLog } from "../../lib/observability/testing/recording-log";
import { createHttpServer } from "./server";
import type { StaticFileHandler } from "./static-files";
import {
  createPausedHandler,
  DEFAULT_OPTIONS,
  echoHandler,
  sendRawRequest,
  startServer,
} from "./testing/open-server";

test("responds 500 without details if the handler throws", async () => {
  const { log, lines } = createRecordingLog();
  const failingHandler = () => {
    throw new Error("password=hunter2");
  };
  const { port } = await startServer(failingHandler, { log });
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

test("listen rejects if the port is in use", async () => {
  const { port } = await startServer(echoHandler);
  const other = createHttpServer({ ...DEFAULT_OPTIONS, handler: echoHandler });
  await expect(other.listen(port, ["127.0.0.1"])).rejects.toMatchObject({ code: "EADDRINUSE" });
});

test("accepts an upload that pauses in its body", async () => {
  const { port } = await startServer(async (request, response) => {
    response.end(String((await text(request)).length));
  });
  const socket: Socket = connect(port, "127.0.0.1");
  socket.write(
    "PUT /upload HTTP/1.1\r\nHost: dossier.test\r\nConnection: close\r\nContent-Length: 8\r\n\r\nhalf",
  );
  await once(socket, "connect");
  const response = text(socket);
  socket.write("half");
  expect(await response).toMatch(/\r\n\r\n8$|\r\n8\r\n0/);
});

test("ends a request whose small body does not arrive in time", async () => {
  const handler = async (request: IncomingMessage, response: ServerResponse) => {
    response.end(await text(request).catch(() => "cut"));
  };
  const { port } = await startServer(handler, { bodyTimeoutMs: 50 });
  const head = "Host: dossier.test\r\nContent-Length: 8\r\n\r\nhalf";
  const upload = connect(port, "127.0.0.1");
  upload.write(`PUT /api/storage/private/key HTTP/1.1\r\nConnection: close\r\n${head}`);
  const uploaded = text(upload);
  expect(await sendRawRequest(port, `POST /api/profile HTTP/1.1\r\n${head}`)).toMatch(/^HTTP\/1\.1 408 /);
  upload.write("half");
  expect(await uploaded).toMatch(/^HTTP\/1\.1 200 /);
});

test("lets a handler work for longer than a body may take", async () => {
  const { received, handler, respond } = createPausedHandler();
  const { port } = await startServer(handler, { bodyTimeoutMs: 50 });
  const response = fetch(`http://127.0.0.1:${port}/api/cron/sweep`);
  await received;
  // By the time that this one has got its 408, the other one is past its time as well.
  await sendRawRequest(port, "POST / HTTP/1.1\r\nHost: dossier.test\r\nContent-Length: 8\r\n\r\nhalf");
  respond("done");
  expect(await (await response).text()).toBe("done");
});

test("writes no error into a response under way", async () => {
  const started = Promise.withResolvers<void>();
  const { port } = await startServer((_request, response) => {
    response.write("the first part");
    started.resolve();
  });
  const socket = connect(port, "127.0.0.1");
  socket.write("GET / HTTP/1.1\r\nHost: dossier.test\r\n\r\n");
  const received = text(socket);
  await started.promise;
  socket.write("GARBAGE\r\n\r\n");
  expect(await received).not.toMatch(/ 40[05] /);
});

test("takes a broken router state of Next away", async () => {
  const { port } = await startServer((request, response) => {
    response.end(request.rawHeaders.filter((name) => name === "next-router-state-tree").join());
  });
  const state = encodeURIComponent(JSON.stringify(["", { children: ["__PAGE__", {}] }]));
  const send = async (value: string) =>
    (await fetch(`http://127.0.0.1:${port}/`, { headers: { "next-router-state-tree": value } })).text();
  expect(await send(state)).toBe("next-router-state-tree");
  for (const broken of ["x", "[]", "null", "%ff%fe", '{"', "x".repeat(12_000)])
    expect(await send(broken)).toBe("");
});

describe("the request log", () => {
  test("has one line per request, with the route pattern, not the URL", async () => {
    const { log, lines } = createRecordingLog();
    const { port } = await startServer(echoHandler, { log });
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

  test("has lines for rejected and aborted requests, none for static files", async () => {
    const { log, lines } = createRecordingLog();
    const files: StaticFileHandler = (request, response) => {
      if (request.url !== "/favicon.ico") return false;
      response.end("icon");
      return true;
    };
    const { received, handler } = createPausedHandler();
    const { port } = await startServer(handler, { log, staticFiles: files });
    expect(await (await fetch(`http://127.0.0.1:${port}/favicon.ico`)).text()).toBe("icon");
    await sendRawRequest(port, "BREW /%00 HTTP/1.1\r\nHost: dossier.test\r\nConnection: close\r\n\r\n").catch(
      () => "",
    );
    await sendRawRequest(port, "GET /%00 HTTP/1.1\r\nHost: dossier.test\r\nConnection: close\r\n\r\n");
    const controller = new AbortController();
    const aborted = fetch(`http://127.0.0.1:${port}/`, { signal: controller.signal });
    await received;
    controller.abort();
    await expect(aborted).rejects.toThrow();
    await vi.waitFor(() => expect(lines).toHaveLength(2));
    expect(lines.map(({ facts }) => facts)).toMatchObject([
      { route: "unmatched", status: 400 },
      { route: "/", cut: true },
    ]);
  });
});

import { once } from "node:events";
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

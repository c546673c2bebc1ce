import { once } from "node:events";
import { connect } from "node:net";
import { text } from "node:stream/consumers";
import { expect, test, vi } from "vitest";
import { createPausedHandler, echoHandler, startServer } from "./testing/open-server";

test("waits for a running request and accepts no new connection", async () => {
  const { received, handler, respond } = createPausedHandler();
  const { server, port } = await startServer(handler);
  // fetch keeps its connection alive: a server that waited for it would take 10 s.
  const first = fetch(`http://127.0.0.1:${port}/`);
  await received;
  const closed = server.close();
  const another = () => once(connect(port, "127.0.0.1"), "connect");
  await vi.waitFor(() => expect(another()).rejects.toMatchObject({ code: "ECONNREFUSED" }));
  respond("finished");
  expect(await (await first).text()).toBe("finished");
  await closed;
}, 5_000);

test("responds to a request that arrived unread before the close", async () => {
  const { server, port } = await startServer(echoHandler);
  const socket = connect(port, "127.0.0.1");
  const respond = text(socket);
  await new Promise((sent) => socket.write("GET / HTTP/1.1\r\nHost: dossier.test\r\n\r\n", sent));
  await server.close();
  expect(await respond).toMatch(/^HTTP\/1\.1 200 /);
});

test("ends a request that takes longer than the grace time", async () => {
  const { received, handler } = createPausedHandler();
  const { server, port } = await startServer(handler, { graceMs: 50 });
  const first = fetch(`http://127.0.0.1:${port}/`);
  first.catch(() => undefined);
  await received;
  await server.close();
  await expect(first).rejects.toThrow();
});

test("ends every request at the second close", async () => {
  const { received, handler } = createPausedHandler();
  const { server, port } = await startServer(handler, { graceMs: 3_600_000 });
  const first = fetch(`http://127.0.0.1:${port}/`);
  first.catch(() => undefined);
  await received;
  const closed = server.close();
  await server.close();
  await closed;
  await expect(first).rejects.toThrow();
});

test("accepts requests during the notice and ends it at the second close", async () => {
  const { server, port } = await startServer(echoHandler, { noticeMs: 3_600_000 });
  const closed = server.close();
  const response = await fetch(`http://127.0.0.1:${port}/`);
  expect(response.headers.get("connection")).toBe("close");
  expect((await response.json()).headers).toMatchObject({ "x-dossier-closing": "1" });
  await server.close();
  await closed;
  await expect(fetch(`http://127.0.0.1:${port}/`)).rejects.toThrow();
});

test("does not wait for a connection without a request", async () => {
  const { server, port } = await startServer(echoHandler, { graceMs: 3_600_000 });
  const silent = connect(port, "127.0.0.1");
  silent.on("error", () => undefined);
  await once(silent, "connect");
  // After this response the server has accepted the silent connection, too.
  await (await fetch(`http://127.0.0.1:${port}/`)).text();
  await server.close();
}, 5_000);

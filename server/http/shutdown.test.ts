import { once } from "node:events";
import { connect } from "node:net";
import { text } from "node:stream/consumers";
import { expect, test, vi } from "vitest";
import { echoHandler, createPausedHandler, startServer } from "./testing/open-server";

test("lets a running request end while it closes, and takes no new connection", async () => {
  const { arrived, handler, answer } = createPausedHandler();
  const { front, port } = await startServer(handler);
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
  const { front, port } = await startServer(echoHandler);
  const socket = connect(port, "127.0.0.1");
  const answer = text(socket);
  await new Promise((sent) => socket.write("GET / HTTP/1.1\r\nHost: dossier.test\r\n\r\n", sent));
  await front.close();
  expect(await answer).toMatch(/^HTTP\/1\.1 200 /);
});

test("cuts a request that does not end within the grace", async () => {
  const { arrived, handler } = createPausedHandler();
  const { front, port } = await startServer(handler, { graceMs: 50 });
  const first = fetch(`http://127.0.0.1:${port}/`);
  first.catch(() => undefined);
  await arrived;
  await front.close();
  await expect(first).rejects.toThrow();
});

test("cuts everything when it is told to close a second time", async () => {
  const { arrived, handler } = createPausedHandler();
  const { front, port } = await startServer(handler, { graceMs: 3_600_000 });
  const first = fetch(`http://127.0.0.1:${port}/`);
  first.catch(() => undefined);
  await arrived;
  const closed = front.close();
  await front.close();
  await closed;
  await expect(first).rejects.toThrow();
});

/** As `curl --http2` asks in the clear, and as a browser does for a WebSocket. */

test("takes requests while it gives notice of its end, tells the application so, and ends at once when told again", async () => {
  const { front, port } = await startServer(echoHandler, { noticeMs: 3_600_000 });
  const closed = front.close();
  const response = await fetch(`http://127.0.0.1:${port}/`);
  expect(response.headers.get("connection")).toBe("close");
  expect((await response.json()).headers).toMatchObject({ "x-dossier-closing": "1" });
  await front.close();
  await closed;
  await expect(fetch(`http://127.0.0.1:${port}/`)).rejects.toThrow();
});

test("waits for nobody who has connected ahead and said nothing", async () => {
  const { front, port } = await startServer(echoHandler, { graceMs: 3_600_000 });
  const silent = connect(port, "127.0.0.1");
  silent.on("error", () => undefined);
  await once(silent, "connect");
  // The server knows of a connection by the time it has answered a later one.
  await (await fetch(`http://127.0.0.1:${port}/`)).text();
  await front.close();
}, 5_000);

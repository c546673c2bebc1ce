import { randomInt } from "node:crypto";
import { once } from "node:events";
import { connect, createServer, type Server, type Socket } from "node:net";

/** The fault of connections that open from now on. */
export type Fault =
  | { kind: "none" }
  /** Refuses connections. */
  | { kind: "refuse" }
  /** Accepts and resets connections. */
  | { kind: "reset" }
  /** Reads requests and never responds. */
  | { kind: "silence" }
  /** Delays everything that is sent to the store. */
  | { kind: "delay"; milliseconds: number }
  /** Sends this response, or only to requests whose first line matches `only`. */
  | ({ kind: "answer"; only?: RegExp } & FixedResponse)
  /** Stops the response after this many bytes, with a reset or by silence. */
  | { kind: "stop"; after: number; ending: "reset" | "silence" }
  /**
   * Loses the first response (to a request whose first line matches `only`) after the store has
   * executed the request. Later requests pass, or get the response `then`.
   */
  | { kind: "lose-first-answer"; only?: RegExp; then?: FixedResponse };

type FixedResponse = { status: number; body: string; type?: string };

export type FaultProxy = { url: string; set(fault: Fault): Promise<void>; close(): Promise<void> };

/** Starts a proxy on loopback to `target` that can fail as networks and stores do. */
export async function startFaultProxy(target: URL): Promise<FaultProxy> {
  let fault: Fault = { kind: "none" };
  let lost = false;
  const open = new Set<Socket>();
  const server = createServer((client) => {
    open.add(client);
    client.once("close", () => open.delete(client));
    client.on("error", () => client.destroy());
    handleClient(client);
  });
  const stopListening = async () => {
    if (!server.listening) return;
    const closed = once(server, "close");
    server.close();
    for (const client of open) client.destroy();
    await closed;
  };
  const port = await listenOnFixedPort(server);

  function handleClient(client: Socket): void {
    const now = fault;
    if (now.kind === "reset") client.resetAndDestroy();
    else if (now.kind === "silence") client.resume();
    else if (now.kind === "answer" && !now.only) client.once("data", () => client.end(formatResponse(now)));
    else pass(client, now);
  }

  function pass(client: Socket, now: Fault): void {
    const store = connect(Number(target.port), target.hostname);
    store.on("error", () => client.destroy());
    client.on("close", () => store.destroy());
    store.on("close", () => client.end());
    let losing = now.kind === "lose-first-answer" && !now.only;
    client.on("data", (chunk: Buffer) => {
      const matches =
        "only" in now && now.only?.test(chunk.toString("latin1", 0, 2000).split("\r\n")[0] ?? "");
      const replacement =
        now.kind === "answer" ? now : now.kind === "lose-first-answer" && lost ? now.then : undefined;
      if (matches && replacement) client.end(formatResponse(replacement));
      else if (now.kind === "delay") setTimeout(() => store.write(chunk), now.milliseconds);
      else if (!store.write(chunk)) {
        client.pause();
        store.once("drain", () => client.resume());
      }
      if (matches) losing = true;
    });
    let sentBytes = 0;
    store.on("data", (chunk: Buffer) => {
      if (losing && !lost && !chunk.includes("100 Continue")) {
        lost = true;
        client.resetAndDestroy();
      } else if (now.kind === "stop" && sentBytes + chunk.length > now.after) {
        client.write(chunk.subarray(0, now.after - sentBytes), () => {
          if (now.ending === "reset") client.resetAndDestroy();
          else store.pause();
        });
      } else client.write(chunk);
      sentBytes += chunk.length;
    });
  }

  return {
    url: `http://127.0.0.1:${port}`,
    /** Closes open connections, so that new ones meet the new fault. */
    async set(next) {
      fault = next;
      lost = false;
      if (next.kind === "refuse") return stopListening();
      for (const client of open) client.destroy();
      if (!server.listening) await listenOn(server, port);
    },
    close: stopListening,
  };
}

/**
 * Listens on a port below those that the system gives to outgoing connections: while the server
 * refuses connections, none of them can take its port.
 */
async function listenOnFixedPort(server: Server): Promise<number> {
  for (;;) {
    const port = randomInt(20_000, 32_000);
    try {
      await listenOn(server, port);
      return port;
    } catch (error) {
      if (!(error instanceof Error && "code" in error && error.code === "EADDRINUSE")) throw error;
    }
  }
}

async function listenOn(server: Server, port: number): Promise<void> {
  const listening = once(server, "listening");
  server.listen(port, "127.0.0.1");
  await listening;
}

function formatResponse({ status, body, type = "application/xml" }: FixedResponse): string {
  const head = [
    `HTTP/1.1 ${status} Canned`,
    `content-type: ${type}`,
    `content-length: ${Buffer.byteLength(body)}`,
  ];
  return `${head.join("\r\n")}\r\nconnection: close\r\n\r\n${body}`;
}

import { connect, createServer, type Socket } from "node:net";
import { portOf } from "./local-storage-server";

/** What happens to a connection from now on. */
export type Fault =
  | { kind: "none" }
  /** Nobody listens. */
  | { kind: "refuse" }
  /** Accepted, then reset. */
  | { kind: "reset" }
  /** Accepted, read, never answered. */
  | { kind: "silence" }
  /** Everything towards the store arrives this many milliseconds late. */
  | { kind: "delay"; milliseconds: number }
  /** This answer, whatever was asked, or to those requests alone whose first line fits; others pass. */
  | ({ kind: "answer"; only?: RegExp } & FixedResponse)
  /** The answer stops after so many bytes: cut off, or left hanging. */
  | { kind: "stop"; after: number; ending: "reset" | "silence" }
  /**
   * The store does its work, and the first answer on the way back (to a request whose first line fits) is lost with its connection; later ones pass, or
   * such a request is answered with `then`.
   */
  | { kind: "lose-first-answer"; only?: RegExp; then?: FixedResponse };

type FixedResponse = { status: number; body: string; type?: string };

export type FaultProxy = { url: string; set(fault: Fault): Promise<void>; close(): Promise<void> };

/** A way to `target` (host and port) on loopback that can be made to fail as networks and stores do. */
export async function startFaultProxy(target: URL): Promise<FaultProxy> {
  let fault: Fault = { kind: "none" };
  let lost = false;
  const open = new Set<Socket>();
  const server = createServer((client) => {
    open.add(client);
    client.once("close", () => open.delete(client));
    client.on("error", () => client.destroy());
    meet(client);
  });
  const listen = (port: number) => new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
  const hangUp = () => {
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    for (const client of open) client.destroy();
    return closed;
  };
  await listen(0);
  const port = portOf(server);

  function meet(client: Socket): void {
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
      const meant = "only" in now && now.only?.test(chunk.toString("latin1", 0, 2000).split("\r\n")[0] ?? "");
      const instead =
        now.kind === "answer" ? now : now.kind === "lose-first-answer" && lost ? now.then : undefined;
      if (meant && instead) client.end(formatResponse(instead));
      else if (now.kind === "delay") setTimeout(() => store.write(chunk), now.milliseconds);
      else if (!store.write(chunk)) {
        client.pause();
        store.once("drain", () => client.resume());
      }
      if (meant) losing = true;
    });
    let answered = 0;
    store.on("data", (chunk: Buffer) => {
      if (losing && !lost && !chunk.includes("100 Continue")) {
        lost = true;
        client.resetAndDestroy();
      } else if (now.kind === "stop" && answered + chunk.length > now.after) {
        client.write(chunk.subarray(0, now.after - answered), () => {
          if (now.ending === "reset") client.resetAndDestroy();
          else store.pause();
        });
      } else client.write(chunk);
      answered += chunk.length;
    });
  }

  return {
    url: `http://127.0.0.1:${port}`,
    /** Connections that are open end, so that what comes next meets the new fault. */
    async set(next) {
      if (fault.kind !== "refuse") await hangUp();
      fault = next;
      lost = false;
      if (next.kind !== "refuse") await listen(port);
    },
    async close() {
      if (fault.kind !== "refuse") await hangUp();
    },
  };
}

function formatResponse({ status, body, type = "application/xml" }: FixedResponse): string {
  const head = [
    `HTTP/1.1 ${status} Canned`,
    `content-type: ${type}`,
    `content-length: ${Buffer.byteLength(body)}`,
  ];
  return `${head.join("\r\n")}\r\nconnection: close\r\n\r\n${body}`;
}

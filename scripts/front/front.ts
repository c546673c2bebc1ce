import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import type { Duplex } from "node:stream";
import { setImmediate as round } from "node:timers/promises";
import type { Log } from "../../lib/log/log";
import { told } from "../../lib/log/told";
import { sayAnswered } from "../../lib/requests/answered";
import { beginning, during } from "../../lib/requests/current";
import { requestId } from "../../lib/requests/request-id";
import type { RouteOf } from "../../lib/requests/route-pattern";
import { refuse, refuseBroken } from "./refusals";
import { acceptable, clean } from "./request";
import type { StaticFiles } from "./static-files";

export type Handler = (request: IncomingMessage, response: ServerResponse) => void | Promise<void>;

type Upgrade = (request: IncomingMessage, socket: Duplex, head: Buffer) => void;

type Options = {
  handler: Handler;
  /** Asked first. What it answers has no id and no line in the log: nothing was computed. */
  files?: StaticFiles;
  log: Log;
  routeOf: RouteOf;
  /** Takes over a connection (the dev server's hot reload). Without it nobody hears what a request offers to change to: it is answered as any other. */
  upgrade?: Upgrade;
  trustedProxies: number;
  /** Whether people reach the site over HTTPS. */
  https?: boolean;
  /** How long running requests may take to end once the front is closing, in ms. */
  grace?: number;
  /** How long it goes on taking requests before that, in ms, and says to whoever asks for its health that it is about to end. */
  notice?: number;
};

export type Front = {
  /** Resolves to the port. Rejects where one of the hosts cannot be had (`EADDRINUSE`). */
  listen(port: number, hosts: (string | undefined)[]): Promise<number>;
  /** Takes no more connections and resolves when the last request has ended, or its time is up. Again: at once. */
  close(): Promise<void>;
};

const headersWithin = 15_000;
// An upload to local storage goes through here: a hundred megabytes over a slow line take their time. What guards against
// a caller who only holds the line is silence: two minutes without a byte either way.
const requestWithin = 3_600_000;
const silence = 120_000;
// Once told to close: whoever has connected and not been heard yet may have spoken already.
const hearing = 100;

/** The HTTP server before Next: knows the socket, decides who called, refuses what no route should have to think of. */
export function createFront({
  handler,
  files,
  log,
  routeOf,
  upgrade,
  trustedProxies,
  https = false,
  grace = 10_000,
  notice = 0,
}: Options): Front {
  const servers: Server[] = [];
  const taken = new Set<Duplex>();
  const connected = new Set<Socket>();
  let closing: Promise<void> | undefined;
  const noticeGiven = Promise.withResolvers<void>();

  function serve(request: IncomingMessage, response: ServerResponse): void {
    if (closing) response.setHeader("Connection", "close");
    // A connection kept alive would hold up the end for as long as its caller cares to keep it.
    response.on("close", () => closing && setImmediate(closeIdle));
    if (files?.(request, response)) return;
    const current = beginning(requestId(trustedProxies > 0 ? header(request, "x-request-id") : undefined));
    const { method = "", url = "" } = request;
    response.setHeader("X-Request-Id", current.id);
    response.on("close", () => {
      const route = routeOf(url.split("?", 1)[0] ?? "");
      sayAnswered(log, current, {
        method,
        route,
        status: response.statusCode,
        cut: !response.writableFinished,
      });
    });
    if (!acceptable(url)) {
      refuse(response, 400, https);
      return;
    }
    clean(request, { trustedProxies, id: current.id, closing: closing !== undefined });
    during(current, async () => handler(request, response)).catch((error: unknown) => {
      log.error("A request ended in a defect of ours.", { request: current.id, error: told(error) });
      if (response.headersSent) response.destroy();
      else refuse(response, 500, https);
    });
  }

  function takeOver(upgrade: Upgrade, request: IncomingMessage, socket: Duplex, head: Buffer): void {
    if (closing || !acceptable(request.url)) {
      socket.destroy();
      return;
    }
    clean(request, { trustedProxies });
    taken.add(socket);
    socket.on("close", () => taken.delete(socket));
    upgrade(request, socket, head);
  }

  function open(port: number, host: string | undefined): Promise<number> {
    const server = createServer(
      {
        headersTimeout: headersWithin,
        requestTimeout: requestWithin,
        // Longer than the minute after which proxies drop an idle connection, or they would meet a closed one.
        keepAliveTimeout: trustedProxies > 0 ? 75_000 : 10_000,
        maxHeaderSize: 16_384,
      },
      serve,
    );
    server.maxHeadersCount = 100;
    server.timeout = silence;
    server.on("connection", (socket) => {
      connected.add(socket);
      socket.on("close", () => connected.delete(socket));
    });
    // Whoever listens has to answer all of them, HTTP/2 in the clear (h2c) as well, which many clients offer and none insists on.
    if (upgrade) server.on("upgrade", (...offer) => takeOver(upgrade, ...offer));
    server.on("checkExpectation", (_request, response) => refuse(response, 417, https));
    server.on("clientError", (error, socket) => refuseBroken(error, socket, https));
    return new Promise((done, fail) => {
      server.once("error", fail);
      server.listen({ port, host }, () => {
        server.off("error", fail);
        servers.push(server);
        done((server.address() as AddressInfo).port);
      });
    });
  }

  async function end(): Promise<void> {
    const over = setTimeout(noticeGiven.resolve, notice);
    if (notice > 0) await noticeGiven.promise;
    clearTimeout(over);
    for (const socket of taken) socket.destroy();
    // A connection may wait to be taken: that is done in a round of the event loop, and the one under way does not count.
    for (let left = 2; left > 0; left--) await round();
    const heard = setTimeout(hangUpOnSilent, hearing);
    const timer = setTimeout(cut, grace);
    await Promise.all(servers.map((server) => new Promise((done) => server.close(done))));
    clearTimeout(timer);
    clearTimeout(heard);
  }

  /** Browsers connect ahead of what they may want. Node counts such a connection as busy. */
  function hangUpOnSilent(): void {
    for (const socket of connected) if (socket.bytesRead === 0) socket.destroy();
  }

  function closeIdle(): void {
    for (const server of servers) server.closeIdleConnections();
  }

  function cut(): void {
    for (const server of servers) server.closeAllConnections();
  }

  return {
    async listen(port, hosts) {
      let chosen = port;
      for (const host of hosts) {
        try {
          chosen = await open(chosen, host);
        } catch (error) {
          // A machine without IPv6 has no ::1; the other loopback address will do.
          const absent = error instanceof Error && "code" in error && error.code === "EADDRNOTAVAIL";
          if (!absent || host === hosts[0]) {
            await end();
            throw error;
          }
        }
      }
      return chosen;
    },
    close() {
      if (closing) {
        noticeGiven.resolve();
        cut();
      }
      closing ??= end();
      return closing;
    },
  };
}

function header({ headers }: IncomingMessage, name: string): string | undefined {
  const value = headers[name];
  return typeof value === "string" ? value : undefined;
}

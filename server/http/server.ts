import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import type { Duplex } from "node:stream";
import { setImmediate as round } from "node:timers/promises";
import type { Log } from "../../lib/observability/log";
import { serializeError } from "../../lib/observability/serialize-error";
import { logRequest } from "../../lib/observability/request-log";
import { createRequest, runWithRequest } from "../../lib/observability/current-request";
import { acceptOrCreateRequestId } from "../../lib/observability/request-id";
import type { RouteMatcher } from "../../lib/observability/route-pattern";
import { sendError, rejectMalformed } from "./error-responses";
import { isAcceptableUrl, replaceForwardedHeaders } from "./clean-request";
import type { StaticFileHandler } from "./static-files";

export type RequestHandler = (request: IncomingMessage, response: ServerResponse) => void | Promise<void>;

type UpgradeHandler = (request: IncomingMessage, socket: Duplex, head: Buffer) => void;

type Options = {
  handler: RequestHandler;
  /** Asked first. What it answers has no id and no line in the log: nothing was computed. */
  staticFiles?: StaticFileHandler;
  log: Log;
  routeOf: RouteMatcher;
  /** Takes over a connection (the dev server's hot reload). Without it nobody hears what a request offers to change to: it is answered as any other. */
  upgrade?: UpgradeHandler;
  trustedProxies: number;
  /** Whether people reach the site over HTTPS. */
  isHttps?: boolean;
  /** How long running requests may take to end once the front is closing, in ms. */
  graceMs?: number;
  /** How long it goes on taking requests before that, in ms, and says to whoever asks for its health that it is about to end. */
  noticeMs?: number;
};

export type HttpServer = {
  /** Resolves to the port. Rejects where one of the hosts cannot be had (`EADDRINUSE`). */
  listen(port: number, hosts: (string | undefined)[]): Promise<number>;
  /** Takes no more connections and resolves when the last request has ended, or its time is up. Again: at once. */
  close(): Promise<void>;
};

const HEADERS_TIMEOUT_MS = 15_000;
// An upload to local storage goes through here: a hundred megabytes over a slow line take their time. What guards against
// a caller who only holds the line is silence: two minutes without a byte either way.
const REQUEST_TIMEOUT_MS = 3_600_000;
const IDLE_TIMEOUT_MS = 120_000;
// Once told to close: whoever has connected and not been heard yet may have spoken already.
const FIRST_BYTE_TIMEOUT_MS = 100;

/** The HTTP server before Next: knows the socket, decides who called, refuses what no route should have to think of. */
export function createHttpServer({
  handler,
  staticFiles: files,
  log,
  routeOf,
  upgrade,
  trustedProxies,
  isHttps: https = false,
  graceMs: grace = 10_000,
  noticeMs: notice = 0,
}: Options): HttpServer {
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
    const current = createRequest(acceptOrCreateRequestId(trustedProxies > 0 ? readHeader(request, "x-request-id") : undefined));
    const { method = "", url = "" } = request;
    response.setHeader("X-Request-Id", current.id);
    response.on("close", () => {
      const route = routeOf(url.split("?", 1)[0] ?? "");
      logRequest(log, current, {
        method,
        route,
        status: response.statusCode,
        cut: !response.writableFinished,
      });
    });
    if (!isAcceptableUrl(url)) {
      sendError(response, 400, https);
      return;
    }
    replaceForwardedHeaders(request, { trustedProxies, id: current.id, isClosing: closing !== undefined });
    runWithRequest(current, async () => handler(request, response)).catch((error: unknown) => {
      log.error("A request ended in a defect of ours.", { request: current.id, error: serializeError(error) });
      if (response.headersSent) response.destroy();
      else sendError(response, 500, https);
    });
  }

  function takeOver(upgrade: UpgradeHandler, request: IncomingMessage, socket: Duplex, head: Buffer): void {
    if (closing || !isAcceptableUrl(request.url)) {
      socket.destroy();
      return;
    }
    replaceForwardedHeaders(request, { trustedProxies });
    taken.add(socket);
    socket.on("close", () => taken.delete(socket));
    upgrade(request, socket, head);
  }

  function open(port: number, host: string | undefined): Promise<number> {
    const server = createServer(
      {
        headersTimeout: HEADERS_TIMEOUT_MS,
        requestTimeout: REQUEST_TIMEOUT_MS,
        // Longer than the minute after which proxies drop an idle connection, or they would meet a closed one.
        keepAliveTimeout: trustedProxies > 0 ? 75_000 : 10_000,
        maxHeaderSize: 16_384,
      },
      serve,
    );
    server.maxHeadersCount = 100;
    server.timeout = IDLE_TIMEOUT_MS;
    server.on("connection", (socket) => {
      connected.add(socket);
      socket.on("close", () => connected.delete(socket));
    });
    // Whoever listens has to answer all of them, HTTP/2 in the clear (h2c) as well, which many clients offer and none insists on.
    if (upgrade) server.on("upgrade", (...offer) => takeOver(upgrade, ...offer));
    server.on("checkExpectation", (_request, response) => sendError(response, 417, https));
    server.on("clientError", (error, socket) => rejectMalformed(error, socket, https));
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
    const heard = setTimeout(hangUpOnSilent, FIRST_BYTE_TIMEOUT_MS);
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

function readHeader({ headers }: IncomingMessage, name: string): string | undefined {
  const value = headers[name];
  return typeof value === "string" ? value : undefined;
}

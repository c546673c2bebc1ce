import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import type { Duplex } from "node:stream";
import { setImmediate as nextEventLoopRound } from "node:timers/promises";
import { createRequest, runWithRequest } from "../../lib/observability/current-request";
import type { Log } from "../../lib/observability/log";
import { acceptOrCreateRequestId } from "../../lib/observability/request-id";
import { logRequest } from "../../lib/observability/request-log";
import type { RouteMatcher } from "../../lib/observability/route-pattern";
import { serializeError } from "../../lib/observability/serialize-error";
import type { TransportPolicy } from "../../lib/security-headers";
import { isAcceptableUrl, removeBrokenRouterState, replaceForwardedHeaders } from "./clean-request";
import {
  isSupportedMethod,
  rejectMalformed,
  rejectMethod,
  rejectSlowBody,
  sendError,
} from "./error-responses";
import type { RequestHandler } from "./request-handler";
import type { StaticFileHandler } from "./static-files";

type UpgradeHandler = (request: IncomingMessage, socket: Duplex, head: Buffer) => void;

type Options = {
  handler: RequestHandler;
  /** Called first. Its responses get no request id and no log line. */
  staticFiles?: StaticFileHandler;
  log: Log;
  routeOf: RouteMatcher;
  /**
   * Takes over a connection, for hot reload in development. Without it the server ignores an
   * `Upgrade` header and responds as usual.
   */
  upgrade?: UpgradeHandler;
  trustedProxies: number;
  /** Default: browsers reach the site over HTTP. */
  transport?: TransportPolicy;
  /** Milliseconds that running requests may take after the notice. */
  graceMs?: number;
  /** Milliseconds for a body that is no upload. */
  bodyTimeoutMs?: number;
  /** Milliseconds of serving after `close`, while the health check announces the shutdown. */
  noticeMs?: number;
};

export type HttpServer = {
  /** Resolves to the port. Rejects if it cannot listen on a host (`EADDRINUSE`). */
  listen(port: number, hosts: (string | undefined)[]): Promise<number>;
  /**
   * Accepts no more connections and resolves when the last request has ended, or its time is up. A
   * second call ends every request at once.
   */
  close(): Promise<void>;
};

const HEADERS_TIMEOUT_MS = 15_000;
// A member may upload 100 MB to local storage over a slow connection. The idle timeout closes a
// connection that only stays open.
const REQUEST_TIMEOUT_MS = 3_600_000;
const IDLE_TIMEOUT_MS = 120_000;
const UPLOAD_PATH = "/api/storage/";
// At shutdown: a new connection may have sent bytes that the server has not read yet.
const FIRST_BYTE_TIMEOUT_MS = 100;

/**
 * Creates the HTTP server before Next. It finds the client's address, cleans the request, serves
 * static files, logs, and rejects requests that no route should see.
 */
export function createHttpServer({
  handler,
  staticFiles,
  log,
  routeOf,
  upgrade,
  trustedProxies,
  transport = { https: false },
  graceMs = 10_000,
  bodyTimeoutMs = 30_000,
  noticeMs = 0,
}: Options): HttpServer {
  const servers: Server[] = [];
  const upgradedSockets = new Set<Duplex>();
  const sockets = new Set<Socket>();
  /** How many responses of a connection have not ended. */
  const openResponses = new WeakMap<Duplex, number>();
  let closing: Promise<void> | undefined;
  const noticeOver = Promise.withResolvers<void>();

  function handleRequest(request: IncomingMessage, response: ServerResponse): void {
    const { socket } = request;
    openResponses.set(socket, (openResponses.get(socket) ?? 0) + 1);
    response.on("close", () => openResponses.set(socket, (openResponses.get(socket) ?? 0) - 1));
    if (closing) response.setHeader("Connection", "close");
    // A client could keep its idle connection open and so delay the shutdown.
    response.on("close", () => closing && setImmediate(closeIdleConnections));
    if (staticFiles?.(request, response)) return;
    const proxyId = trustedProxies > 0 ? readHeader(request, "x-request-id") : undefined;
    const current = createRequest(acceptOrCreateRequestId(proxyId));
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
    if (!isAcceptableUrl(url) || !isSupportedMethod(method)) {
      sendError(response, isAcceptableUrl(url) ? 405 : 400, transport);
      return;
    }
    if (!url.startsWith(UPLOAD_PATH)) limitBody(request, response);
    removeBrokenRouterState(request);
    replaceForwardedHeaders(request, { trustedProxies, id: current.id, isClosing: closing !== undefined });
    runWithRequest(current, async () => handler(request, response)).catch((error: unknown) => {
      log.error("A request failed with an unexpected error.", {
        request: current.id,
        error: serializeError(error),
      });
      if (response.headersSent) response.destroy();
      else sendError(response, 500, transport);
    });
  }

  /** A client that sends a small body slowly would keep a connection for as long as an upload. */
  function limitBody(request: IncomingMessage, response: ServerResponse): void {
    const timer = setTimeout(() => {
      // The events of a body come only if the handler reads it, and a GET has none to read.
      if (!request.complete) rejectSlowBody(request.socket, response, transport);
    }, bodyTimeoutMs);
    request.once("close", () => clearTimeout(timer));
  }

  function handleUpgrade(
    upgrade: UpgradeHandler,
    request: IncomingMessage,
    socket: Duplex,
    head: Buffer,
  ): void {
    if (closing || !isAcceptableUrl(request.url)) {
      socket.destroy();
      return;
    }
    replaceForwardedHeaders(request, { trustedProxies });
    upgradedSockets.add(socket);
    socket.on("close", () => upgradedSockets.delete(socket));
    upgrade(request, socket, head);
  }

  function listenOn(port: number, host: string | undefined): Promise<number> {
    const server = createServer(
      {
        headersTimeout: HEADERS_TIMEOUT_MS,
        requestTimeout: REQUEST_TIMEOUT_MS,
        // Proxies drop an idle connection after a minute. The server must not close it earlier.
        keepAliveTimeout: trustedProxies > 0 ? 75_000 : 10_000,
        maxHeaderSize: 16_384,
      },
      handleRequest,
    );
    server.maxHeadersCount = 100;
    server.timeout = IDLE_TIMEOUT_MS;
    server.on("connection", (socket) => {
      sockets.add(socket);
      socket.on("close", () => sockets.delete(socket));
    });
    // A listener must respond to every upgrade. Many clients offer h2c, which none needs, so
    // production has no listener.
    if (upgrade) server.on("upgrade", (...args) => handleUpgrade(upgrade, ...args));
    server.on("checkExpectation", (_request, response) => sendError(response, 417, transport));
    server.on("clientError", (error, socket) =>
      rejectMalformed(error, socket, { transport, isResponding: (openResponses.get(socket) ?? 0) > 0 }),
    );
    server.on("connect", (_request, socket) => rejectMethod(socket, transport));
    return new Promise((resolve, reject) => {
      server.once("error", reject);
      server.listen({ port, host }, () => {
        server.off("error", reject);
        servers.push(server);
        resolve((server.address() as AddressInfo).port);
      });
    });
  }

  async function shutDown(): Promise<void> {
    const noticeTimer = setTimeout(noticeOver.resolve, noticeMs);
    if (noticeMs > 0) await noticeOver.promise;
    clearTimeout(noticeTimer);
    for (const socket of upgradedSockets) socket.destroy();
    // Node accepts waiting connections once per round of the event loop. The current round may be
    // past that point, so this waits for two.
    await nextEventLoopRound();
    await nextEventLoopRound();
    const firstByteTimer = setTimeout(closeSilentConnections, FIRST_BYTE_TIMEOUT_MS);
    const graceTimer = setTimeout(closeAllConnections, graceMs);
    await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
    clearTimeout(graceTimer);
    clearTimeout(firstByteTimer);
  }

  /** Closes unused connections: browsers open them in advance, and Node counts them as busy. */
  function closeSilentConnections(): void {
    for (const socket of sockets) if (socket.bytesRead === 0) socket.destroy();
  }

  function closeIdleConnections(): void {
    for (const server of servers) server.closeIdleConnections();
  }

  function closeAllConnections(): void {
    for (const server of servers) server.closeAllConnections();
  }

  return {
    async listen(port, hosts) {
      let openedPort = port;
      for (const host of hosts) {
        try {
          openedPort = await listenOn(openedPort, host);
        } catch (error) {
          // A machine without IPv6 has no ::1. The first loopback address is enough.
          const isMissing = error instanceof Error && "code" in error && error.code === "EADDRNOTAVAIL";
          if (!isMissing || host === hosts[0]) {
            await shutDown();
            throw error;
          }
        }
      }
      return openedPort;
    },
    close() {
      if (closing) {
        noticeOver.resolve();
        closeAllConnections();
      }
      closing ??= shutDown();
      return closing;
    },
  };
}

function readHeader({ headers }: IncomingMessage, name: string): string | undefined {
  const value = headers[name];
  return typeof value === "string" ? value : undefined;
}

import type { IncomingMessage, ServerResponse } from "node:http";
import { connect } from "node:net";
import { text } from "node:stream/consumers";
import { afterEach, vi } from "vitest";
import { silentLog } from "../../../lib/observability/log";
import { createRouteMatcher } from "../../../lib/observability/route-pattern";
import type { RequestHandler } from "../request-handler";
import { createHttpServer, type HttpServer } from "../server";

const openServers: HttpServer[] = [];
export const DEFAULT_OPTIONS = {
  trustedProxies: 0,
  log: silentLog,
  routeOf: createRouteMatcher(["/", "/u/[handle]"]),
};

afterEach(async () => {
  vi.restoreAllMocks();
  await Promise.all(openServers.splice(0).map((server) => server.close()));
});

export async function startServer(
  handler: RequestHandler,
  options: Partial<Parameters<typeof createHttpServer>[0]> = {},
): Promise<{ server: HttpServer; port: number }> {
  const server = createHttpServer({ ...DEFAULT_OPTIONS, handler, ...options });
  openServers.push(server);
  return { server, port: await server.listen(0, ["127.0.0.1"]) };
}

/** Responds with the request as the application sees it. */
export const echoHandler: RequestHandler = (request, response) => {
  response.end(JSON.stringify({ url: request.url, headers: request.headers, raw: request.rawHeaders }));
};

/** Writes raw bytes and reads until the server closes the connection. */
export async function sendRawRequest(port: number, request: string): Promise<string> {
  const socket = connect(port, "127.0.0.1");
  socket.write(request);
  return text(socket);
}

/** Creates a handler that responds when `respond` is called. `received` resolves at a request. */
export function createPausedHandler() {
  const received = Promise.withResolvers<void>();
  const body = Promise.withResolvers<string>();
  const handler = async (_request: IncomingMessage, response: ServerResponse) => {
    received.resolve();
    response.end(await body.promise);
  };
  return { received: received.promise, handler, respond: body.resolve };
}

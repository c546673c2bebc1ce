import type { IncomingMessage, ServerResponse } from "node:http";
import { connect } from "node:net";
import { text } from "node:stream/consumers";
import { afterEach, vi } from "vitest";
import { silentLog } from "../../../lib/observability/log";
import { createRouteMatcher } from "../../../lib/observability/route-pattern";
import { createHttpServer, type HttpServer, type RequestHandler } from "../server";

const openServers: HttpServer[] = [];
export const DEFAULT_OPTIONS = { trustedProxies: 0, log: silentLog, routeOf: createRouteMatcher(["/", "/u/[handle]"]) };

afterEach(async () => {
  vi.restoreAllMocks();
  await Promise.all(openServers.splice(0).map((front) => front.close()));
});

export async function startServer(
  handler: RequestHandler,
  options: Partial<Parameters<typeof createHttpServer>[0]> = {},
): Promise<{ front: HttpServer; port: number }> {
  const front = createHttpServer({ ...DEFAULT_OPTIONS, handler, ...options });
  openServers.push(front);
  return { front, port: await front.listen(0, ["127.0.0.1"]) };
}

/** What the application sees of a request. */
export const echoHandler: RequestHandler = (request, response) => {
  response.end(JSON.stringify({ url: request.url, headers: request.headers, raw: request.rawHeaders }));
};

/** Writes raw bytes and reads until the server closes. */
export async function sendRawRequest(port: number, request: string): Promise<string> {
  const socket = connect(port, "127.0.0.1");
  socket.write(request);
  return text(socket);
}

/** A handler that answers only when it is told to. */
export function createPausedHandler() {
  const arrived = Promise.withResolvers<void>();
  const answered = Promise.withResolvers<string>();
  const handler = async (_request: IncomingMessage, response: ServerResponse) => {
    arrived.resolve();
    response.end(await answered.promise);
  };
  return { arrived: arrived.promise, handler, answer: answered.resolve };
}

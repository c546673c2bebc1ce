import type { IncomingMessage, ServerResponse } from "node:http";
import { connect } from "node:net";
import { text } from "node:stream/consumers";
import { afterEach, vi } from "vitest";
import { silentLog } from "../../../lib/log/log";
import { routeFinder } from "../../../lib/requests/route-pattern";
import { createFront, type Front, type Handler } from "../front";

const open: Front[] = [];
export const NOTHING = { trustedProxies: 0, log: silentLog, routeOf: routeFinder(["/", "/u/[handle]"]) };

afterEach(async () => {
  vi.restoreAllMocks();
  await Promise.all(open.splice(0).map((front) => front.close()));
});

export async function listening(
  handler: Handler,
  options: Partial<Parameters<typeof createFront>[0]> = {},
): Promise<{ front: Front; port: number }> {
  const front = createFront({ ...NOTHING, handler, ...options });
  open.push(front);
  return { front, port: await front.listen(0, ["127.0.0.1"]) };
}

/** What the application sees of a request. */
export const echo: Handler = (request, response) => {
  response.end(JSON.stringify({ url: request.url, headers: request.headers, raw: request.rawHeaders }));
};

/** Writes raw bytes and reads until the server closes. */
export async function raw(port: number, request: string): Promise<string> {
  const socket = connect(port, "127.0.0.1");
  socket.write(request);
  return text(socket);
}

/** A handler that answers only when it is told to. */
export function held() {
  const arrived = Promise.withResolvers<void>();
  const answered = Promise.withResolvers<string>();
  const handler = async (_request: IncomingMessage, response: ServerResponse) => {
    arrived.resolve();
    response.end(await answered.promise);
  };
  return { arrived: arrived.promise, handler, answer: answered.resolve };
}

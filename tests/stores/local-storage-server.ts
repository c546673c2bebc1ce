import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AppServedStorages } from "../../lib/storage/app-served";
import { serveStorageRequest } from "../../lib/storage/serve-request";

export type LocalStorageServer = { url: string; close(): Promise<void> };

/**
 * Starts an HTTP server for `serveStorageRequest` on a free port. Calls `storages` at each request,
 * because the URL of the server is known only after it has started.
 */
export async function startLocalStorageServer(
  storages: () => AppServedStorages,
  options?: Parameters<typeof serveStorageRequest>[2],
): Promise<LocalStorageServer> {
  const server = createServer((message, response) => {
    serveStorageRequest(toRequest(message), storages(), options)
      .then((result) => writeResponse(result, response))
      .catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { url: `http://127.0.0.1:${portOf(server)}`, close: () => closeServer(server) };
}

function toRequest(message: IncomingMessage): Request {
  const headers = new Headers();
  for (const [name, values] of Object.entries(message.headersDistinct))
    for (const value of values ?? []) headers.append(name, value);
  const init: RequestInit & { duplex: "half" } = { method: message.method, headers, duplex: "half" };
  if (message.method === "PUT" || message.method === "POST") init.body = requestBodyStream(message);
  return new Request(`http://${message.headers.host}${message.url}`, init);
}

function requestBodyStream(message: IncomingMessage): ReadableStream<Uint8Array> {
  const chunks: AsyncIterator<Uint8Array> = message[Symbol.asyncIterator]();
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      const { done, value } = await chunks.next();
      if (done) controller.close();
      else controller.enqueue(value);
    },
    cancel() {
      message.resume();
    },
  });
}

async function writeResponse(result: Response, response: ServerResponse): Promise<void> {
  response.writeHead(result.status, Object.fromEntries(result.headers));
  const reader = result.body?.getReader();
  response.once("close", () => void reader?.cancel().catch(() => undefined));
  for (;;) {
    const { done, value } = (await reader?.read()) ?? { done: true };
    if (done || !value) break;
    if (!response.write(value)) await new Promise((resolve) => response.once("drain", resolve));
  }
  response.end();
}

export function portOf(server: { address(): ReturnType<Server["address"]> }): number {
  const address = server.address();
  if (address === null || typeof address === "string")
    throw new Error("The server does not listen on a port.");
  return address.port;
}

function closeServer(server: Server): Promise<void> {
  server.closeAllConnections();
  return new Promise((resolve) => server.close(() => resolve()));
}

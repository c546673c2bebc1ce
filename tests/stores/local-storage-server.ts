import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { type LocalStorages, handleStorageRequest } from "../../lib/storage/local/http";

export type LocalStorageServer = { url: string; close(): Promise<void> };

/** `serveLocal` on a port of its own, over real HTTP. `storages` is asked at each request, for the address is known only once the server listens. */
export async function startLocalStorageServer(
  storages: () => LocalStorages,
  options?: Parameters<typeof handleStorageRequest>[2],
): Promise<LocalStorageServer> {
  const server = createServer((message, response) => {
    handleStorageRequest(toRequest(message), storages(), options)
      .then((answer) => writeResponse(answer, response))
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

async function writeResponse(answer: Response, response: ServerResponse): Promise<void> {
  response.writeHead(answer.status, Object.fromEntries(answer.headers));
  const reader = answer.body?.getReader();
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

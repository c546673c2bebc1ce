import { once } from "node:events";
import { createServer, request as requestPlain } from "node:http";
import { request as requestSecure } from "node:https";
import type { AddressInfo } from "node:net";
import { pipeline } from "node:stream";
import { forwardedHostHeaders } from "../../lib/operations/deployment/http-client";

/**
 * Does `work` with an origin on this machine that passes every request on to `at` under the name of `site`: whoever asks with `fetch` cannot choose the
 * Host, and by the Host a proxy knows which of its sites is meant.
 */
export async function withHostProxy<T>(
  site: string,
  at: string,
  work: (origin: string) => Promise<T>,
): Promise<T> {
  const send = at.startsWith("https:") ? requestSecure : requestPlain;
  const server = createServer((asked, answer) => {
    const headers = { ...asked.headers, ...forwardedHostHeaders(site), connection: "close" };
    const request = send(new URL(asked.url ?? "/", at), { headers, agent: false }, (given) => {
      answer.writeHead(given.statusCode ?? 502, given.headers);
      pipeline(given, answer, () => undefined);
    });
    request.on("error", () => answer.destroy());
    answer.on("close", () => request.destroy());
    request.end();
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  try {
    return await work(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  } finally {
    server.close();
    server.closeAllConnections();
  }
}

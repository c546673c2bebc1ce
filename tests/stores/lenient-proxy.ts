import { createServer, request } from "node:http";
import { portOf } from "./local-storage-server";

/**
 * Starts a proxy to `target` that turns every 403 into 200, like a store that verifies no
 * signatures.
 */
export async function startLenientProxy(target: URL): Promise<{ url: string; close(): Promise<void> }> {
  const server = createServer((message, response) => {
    const { method, headers, url: path } = message;
    const { hostname, port } = target;
    const sent = request({ hostname, port, method, headers, path, agent: false }, (result) => {
      if (result.statusCode !== 403) {
        response.writeHead(result.statusCode ?? 502, result.headers);
        result.pipe(response);
        return;
      }
      result.resume();
      response.writeHead(200, { etag: '"0"' }).end();
    });
    sent.on("error", () => response.destroy());
    message.pipe(sent);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${portOf(server)}`,
    close: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

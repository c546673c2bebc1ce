import { createServer, request } from "node:http";
import { portOf } from "./local-storage-server";

/** A way to the store at `target` that turns every refusal into consent, as stores do that verify no signatures. */
export async function startLenientProxy(target: URL): Promise<{ url: string; close(): Promise<void> }> {
  const server = createServer((message, response) => {
    const { method, headers, url: path } = message;
    const { hostname, port } = target;
    const sent = request({ hostname, port, method, headers, path, agent: false }, (answer) => {
      if (answer.statusCode !== 403) {
        response.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(response);
        return;
      }
      answer.resume();
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

import { createServer, request } from "node:http";
import { portOf } from "../../tests/stores/local-storage-server";

/**
 * Starts a proxy before the store that adds an object's SHA-256 to each HEAD, as AWS does. It finds
 * the object by its size. The stores that the benchmarks can install return no SHA-256.
 */
export async function startChecksumProxy(
  store: URL,
  known: readonly { size: number; sha256: string }[],
): Promise<{ url: string; close(): void }> {
  const server = createServer((incoming, outgoing) => {
    const { method, url: path, headers } = incoming;
    const upstream = request(
      { host: store.hostname, port: store.port, method, path, headers },
      (response) => {
        const length = Number(response.headers["content-length"]);
        const file = method === "HEAD" ? known.find(({ size }) => size === length) : undefined;
        const checksum = file
          ? { "x-amz-checksum-sha256": file.sha256, "x-amz-checksum-type": "FULL_OBJECT" }
          : {};
        outgoing.writeHead(response.statusCode ?? 502, { ...response.headers, ...checksum });
        response.pipe(outgoing);
      },
    );
    upstream.on("error", () => outgoing.destroy());
    incoming.pipe(upstream);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { url: `http://127.0.0.1:${portOf(server)}`, close: () => void server.close() };
}

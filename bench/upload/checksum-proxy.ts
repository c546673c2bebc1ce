import { createServer, request } from "node:http";
import { portOf } from "../../tests/stores/local-storage-server";

/**
 * The store, with what AWS tells beside it: the SHA-256 of an object, known by its number of bytes, at each HEAD. No store that can be installed here vouches for one.
 */
export async function startChecksumProxy(
  store: URL,
  known: readonly { size: number; sha256: string }[],
): Promise<{ url: string; close(): void }> {
  const server = createServer((incoming, outgoing) => {
    const { method, url: path, headers } = incoming;
    const onward = request({ host: store.hostname, port: store.port, method, path, headers }, (answer) => {
      const length = Number(answer.headers["content-length"]);
      const vouched = method === "HEAD" ? known.find(({ size }) => size === length) : undefined;
      const more = vouched
        ? { "x-amz-checksum-sha256": vouched.sha256, "x-amz-checksum-type": "FULL_OBJECT" }
        : {};
      outgoing.writeHead(answer.statusCode ?? 502, { ...answer.headers, ...more });
      answer.pipe(outgoing);
    });
    onward.on("error", () => outgoing.destroy());
    incoming.pipe(onward);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { url: `http://127.0.0.1:${portOf(server)}`, close: () => void server.close() };
}

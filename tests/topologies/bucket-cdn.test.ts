import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { findFreePort } from "../support/free-port";
import { installNginx, type Nginx, readNginxExample, startNginx } from "../support/nginx";

const missing = await installNginx();
if (missing !== null) test("nginx before a static bucket", ({ skip }) => skip(missing));
else describe("nginx before a static bucket", () => cdn());

function cdn(): void {
  const scratch = mkdtempSync(join(tmpdir(), "dossier-bucket-cdn-"));
  let store: Server;
  /** The bytes that the store has received. */
  let received = "";
  let nginx: Nginx;
  let port: number;

  beforeAll(async () => {
    store = createServer(respondNotFound).listen(0, "127.0.0.1");
    await once(store, "listening");
    port = await findFreePort();
    const servers = readNginxExample("bucket", {
      "listen 8081": `listen ${port}`,
      "/var/cache/nginx/static": join(scratch, "cache"),
      "s3.example.org:80": `127.0.0.1:${(store.address() as AddressInfo).port}`,
    });
    nginx = await startNginx(servers, { folder: join(scratch, "nginx"), port });
  });
  beforeEach(() => {
    received = "";
  });
  afterAll(async () => {
    await nginx?.stop();
    store.close();
    rmSync(scratch, { recursive: true, force: true });
  });

  /** Responds 404, so nginx requests the compressed file and then the uncompressed one. */
  function respondNotFound(socket: Socket): void {
    socket.on("error", () => undefined);
    socket.on("data", (bytes) => {
      received += bytes;
      socket.write(
        "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n".repeat(countRequests(String(bytes))),
      );
    });
  }

  /** Sends a raw request and returns the status line of the response. */
  async function requestStatus(path: string, accepted = "br"): Promise<string> {
    const socket = connect(port, "127.0.0.1");
    socket.write(
      `GET ${path} HTTP/1.1\r\nHost: x\r\nAccept-Encoding: ${accepted}\r\nConnection: close\r\n\r\n`,
    );
    return (await text(socket)).split("\r\n")[0] ?? "";
  }

  const requestLines = () => received.split("\r\n").filter((line) => line.startsWith("GET "));

  test.each([
    ["gzip, deflate, br, zstd", ".br"],
    ["gzip;q=0, br;q=0.001", ".br"],
    ["br;q=0, gzip", ".gz"],
    ["br ; q=0.000,gzip;q=0.5", ".gz"],
    ["deflate", ""],
    ["br;q=0,gzip;q=0", ""],
  ])("for Accept-Encoding: %s nginx requests x%s first", async (accepted, extension) => {
    await requestStatus(
      `/_next/static/accepts-${encodeURIComponent(accepted).replaceAll("%", "")}.js`,
      accepted,
    );
    expect(requestLines()[0]).toMatch(new RegExp(`\\.js${extension.replace(".", "\\.")} HTTP/1\\.1$`));
  });

  test("nginx requests the compressed file, then the uncompressed one", async () => {
    expect(await requestStatus("/_next/static/chunks/0a-b_c~1.js")).toBe("HTTP/1.1 404 Not Found");
    expect(requestLines()).toEqual([
      "GET /dossier-static/_next/static/chunks/0a-b_c~1.js.br HTTP/1.1",
      "GET /dossier-static/_next/static/chunks/0a-b_c~1.js HTTP/1.1",
    ]);
  });

  test.each([
    "/_next/static/x.js%0d%0aX-Injected:%20yes",
    "/_next/static/x.js%20HTTP/1.1",
    "/_next/static/x.js%20HTTP/1.1%0d%0aHost:%20x%0d%0a%0d%0aDELETE%20/dossier-static/robots.txt",
    "/_next/static/x.png%0aX-Injected:%20yes",
    "/_next/static/x.js%3fversionId=1",
    "/_next/static/x.js%23",
    "/_next/static/%252e%252e/x.js",
  ])("nginx does not pass on %s", async (path) => {
    expect(await requestStatus(path)).toBe("HTTP/1.1 404 Not Found");
    expect(received).toBe("");
  });
}

function countRequests(bytes: string): number {
  return bytes.split("\r\n\r\n").length - 1;
}

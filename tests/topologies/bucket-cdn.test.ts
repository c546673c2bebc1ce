import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { findFreePort, installNginx, type Nginx, readNginxExample, startNginx } from "../support/nginx";

const lacking = installNginx();
if (lacking !== null) test("nginx before a static bucket, byte by byte", ({ skip }) => skip(lacking));
else describe("nginx before a static bucket", () => cdn());

function cdn(): void {
  const scratch = mkdtempSync(join(tmpdir(), "dossier-bucket-cdn-"));
  let store: Server;
  /** Every byte that came to the store. */
  let arrived = "";
  let nginx: Nginx;
  let port: number;

  beforeAll(async () => {
    store = createServer(answerNothing).listen(0, "127.0.0.1");
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
    arrived = "";
  });
  afterAll(async () => {
    await nginx?.stop();
    store.close();
    rmSync(scratch, { recursive: true, force: true });
  });

  /** A store that has nothing, so that the packed form is asked for and then the plain one. */
  function answerNothing(socket: Socket): void {
    socket.on("error", () => undefined);
    socket.on("data", (bytes) => {
      arrived += bytes;
      socket.write("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n".repeat(endsIn(String(bytes))));
    });
  }

  /** The first line of the answer to a request that is sent as it is written here. */
  async function ask(path: string, accepted = "br"): Promise<string> {
    const socket = connect(port, "127.0.0.1");
    socket.write(
      `GET ${path} HTTP/1.1\r\nHost: x\r\nAccept-Encoding: ${accepted}\r\nConnection: close\r\n\r\n`,
    );
    return (await text(socket)).split("\r\n")[0] ?? "";
  }

  const lines = () => arrived.split("\r\n").filter((line) => line.startsWith("GET "));

  test.each([
    ["gzip, deflate, br, zstd", ".br"],
    ["gzip;q=0, br;q=0.001", ".br"],
    ["br;q=0, gzip", ".gz"],
    ["br ; q=0.000,gzip;q=0.5", ".gz"],
    ["deflate", ""],
    ["br;q=0,gzip;q=0", ""],
  ])("who accepts %s is given x%s first", async (accepted, form) => {
    await ask(`/_next/static/accepts-${encodeURIComponent(accepted).replaceAll("%", "")}.js`, accepted);
    expect(lines()[0]).toMatch(new RegExp(`\\.js${form.replace(".", "\\.")} HTTP/1\\.1$`));
  });

  test("asks it for the packed file and then for the plain one, by the name it was asked for", async () => {
    expect(await ask("/_next/static/chunks/0a-b_c~1.js")).toBe("HTTP/1.1 404 Not Found");
    expect(lines()).toEqual([
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
  ])("never hands on %s", async (path) => {
    expect(await ask(path)).toBe("HTTP/1.1 404 Not Found");
    expect(arrived).toBe("");
  });
}

function endsIn(bytes: string): number {
  return bytes.split("\r\n\r\n").length - 1;
}

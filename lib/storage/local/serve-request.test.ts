import { createHash, randomBytes } from "node:crypto";
import { link, mkdir, mkdtemp, readdir, rm, utimes, writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "content-disposition";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type LocalStorageServer, startLocalStorageServer } from "../../../tests/stores/local-storage-server";
import type { AppServedStorages } from "../app-served";
import { serveStorageRequest } from "../serve-request";
import { sendRaw } from "../testing/contract/raw-http";
import { createLocalStorage } from "./local-storage";

const body = randomBytes(5000);
/** `body` with one bit flipped: whatever its random bytes are, the two differ. */
const otherBytes = Buffer.from(body);
otherBytes.writeUInt8(body.readUInt8(100) ^ 1, 100);
const put = {
  type: "application/pdf",
  size: body.length,
  sha256: createHash("sha256").update(body).digest("base64"),
  expiresIn: 60,
};
const get = { type: "application/pdf", disposition: "inline", name: "Attest.pdf", expiresIn: 60 } as const;

describe("local storage over HTTP", () => {
  let folder: string;
  let server: LocalStorageServer;
  let storages: AppServedStorages;
  const reports: unknown[] = [];
  let now = new Date("2030-01-01T12:00:00Z");

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "dossier-http-"));
    server = await startLocalStorageServer(() => storages, {
      stallTimeoutMs: 200,
      report: (error) => reports.push(error),
    });
  });
  beforeEach(() => {
    now = new Date("2030-01-01T12:00:00Z");
    reports.length = 0;
    storages = { public: createStorage("public"), private: createStorage("private") };
  });
  afterAll(async () => {
    await server.close();
    await rm(folder, { recursive: true });
  });

  function createStorage(storageClass: "public" | "private", parent = folder, hasCdnPurge = false) {
    const secret = "a secret of the test that is long enough";
    return createLocalStorage({
      class: storageClass,
      folder: join(parent, storageClass),
      baseUrl: server.url,
      hasCdnPurge,
      secret,
      clock: { now: () => now },
    });
  }

  async function listFiles(subfolder = "private"): Promise<string[]> {
    const entries = await readdir(join(folder, subfolder), { recursive: true, withFileTypes: true }).catch(
      () => [],
    );
    return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  }

  test("a signed URL expires at its second, for PUT and GET", async () => {
    const { private: storage } = storages;
    const signed = await storage.signPut("a/late", put);
    const url = await storage.signGet("a/late", get);
    now = new Date(now.getTime() + 60_000);
    expect((await sendRaw({ ...signed, body })).status).toBe(403);
    expect((await sendRaw({ method: "GET", url })).status).toBe(403);
    expect(await listFiles()).toEqual([]);
    now = new Date(now.getTime() - 1);
    expect((await sendExact(signed)).status).toBe(200);
    await storage.remove("a/late");
  });

  test.each(["cut off", "stalled"])(
    "a body that is %s leaves no file, even no temporary one",
    async (how) => {
      const { url, headers } = await storages.private.signPut("a/broken", put);
      const { host, pathname, search, port } = new URL(url);
      const lines = Object.entries({ ...headers, host, "content-length": put.size }).map(
        ([n, v]) => `${n}: ${v}`,
      );
      const socket = connect(Number(port), "127.0.0.1");
      const ended = new Promise<string>((resolve) => {
        let received = "";
        socket.on("data", (chunk) => {
          received += chunk.toString();
          socket.end();
        });
        socket.on("error", () => undefined);
        socket.on("close", () => resolve(received));
      });
      socket.write(`PUT ${pathname}${search} HTTP/1.1\r\n${lines.join("\r\n")}\r\n\r\n`);
      socket.write(body.subarray(0, 4000));
      await expect.poll(() => listFiles()).toHaveLength(1);
      if (how === "cut off") socket.resetAndDestroy();
      else expect(await ended).toMatch(/^HTTP\/1.1 408/);
      await expect.poll(() => listFiles()).toEqual([]);
    },
  );

  test("one of six concurrent PUTs succeeds, the others get 412", async () => {
    const signed = await storages.private.signPut("a/race", put);
    const responses = await Promise.all(Array.from({ length: 6 }, () => sendExact(signed)));
    expect(responses.map(({ status }) => status).sort()).toEqual([200, 412, 412, 412, 412, 412]);
    expect(await listFiles()).toEqual([join(folder, "private", "a", "race")]);
    await storages.private.remove("a/race");
  });

  test("a PUT without Content-Length is 403", async () => {
    const { url, headers } = await storages.private.signPut("a/chunked", put);
    const chunked = { ...headers, "transfer-encoding": "chunked" };
    const response = await sendRaw({ method: "PUT", url, headers: chunked, body });
    expect(response.status).toBe(403);
    expect(await listFiles()).toEqual([]);
  });

  test.each([
    ["fewer bytes than declared", body.subarray(1)],
    ["more bytes than declared", Buffer.concat([body, Buffer.of(0)])],
    ["other bytes", otherBytes],
  ])("%s behind a lenient proxy are 400 and leave no file", async (_, sent) => {
    const { url, headers } = await storages.private.signPut("a/proxied", put);
    const wrongHeaders = new Headers({ ...headers, "content-length": String(put.size) });
    const response = await serveStorageRequest(
      new Request(url, { method: "PUT", headers: wrongHeaders, body: Buffer.from(sent) }),
      storages,
    );
    expect([response.status, (await response.json()).code]).toEqual([400, "content_mismatch"]);
    expect(await listFiles()).toEqual([]);
  });

  test.each([
    ["fewer bytes than declared", body.subarray(1)],
    ["more bytes than declared", Buffer.concat([body, Buffer.of(0)])],
    ["other bytes", otherBytes],
  ])("a part with %s is 400 and keeps the earlier part", async (_, sent) => {
    const { private: storage } = storages;
    const multipartId = await storage.createMultipartUpload("a/proxied", put);
    const { url, headers } = await storage.signPart("a/proxied", { ...put, multipartId, number: 1 });
    expect((await sendExact({ method: "PUT", url, headers })).status).toBe(200);
    const wrongHeaders = new Headers({ ...headers, "content-length": String(put.size) });
    const request = new Request(url, { method: "PUT", headers: wrongHeaders, body: Buffer.from(sent) });
    const response = await serveStorageRequest(request, storages);
    expect([response.status, (await response.json()).code]).toEqual([400, "content_mismatch"]);
    expect(await storage.listParts("a/proxied", multipartId)).toEqual([{ number: 1, size: put.size }]);
    await storage.abortMultipartUpload("a/proxied", multipartId);
    expect(await listFiles()).toEqual([]);
  });

  test("a part that arrives after an abort is 404", async () => {
    const { private: storage } = storages;
    const multipartId = await storage.createMultipartUpload("a/late", put);
    const { url, headers } = await storage.signPart("a/late", { ...put, multipartId, number: 1 });
    const slow = new ReadableStream<Uint8Array>({
      async pull(controller) {
        await storage.abortMultipartUpload("a/late", multipartId);
        controller.enqueue(body);
        controller.close();
      },
    });
    const exact = new Headers({ ...headers, "content-length": String(put.size) });
    const init: RequestInit & { duplex: "half" } = {
      method: "PUT",
      headers: exact,
      body: slow,
      duplex: "half",
    };
    expect((await serveStorageRequest(new Request(url, init), storages)).status).toBe(404);
    expect(await listFiles()).toEqual([]);
  });

  test("a CDN with a purge hook caches a picture for a year", async () => {
    storages = { ...storages, public: createStorage("public", folder, true) };
    await storages.public.put("c/x.webp", body, { type: "image/webp", size: body.length });
    const { headers } = await sendRaw({ method: "GET", url: storages.public.publicUrl("c/x.webp") });
    expect(headers["cache-control"]).toBe("public, max-age=60, s-maxage=31536000");
    await storages.public.remove("c/x.webp");
  });

  test("a private file is neither executed, nor sniffed, nor cached", async () => {
    await storages.private.put("a/page", Buffer.from("<script>alert(1)</script>"), {
      type: "text/html",
      size: 25,
    });
    const name = "診断書\r\nX-Evil: 1 \u202efdp.exe";
    const url = await storages.private.signGet("a/page", { ...get, name });
    const { status, headers } = await sendRaw({ method: "GET", url });
    expect(status).toBe(200);
    expect(headers).toMatchObject({
      "content-type": "application/pdf",
      "x-content-type-options": "nosniff",
      "content-security-policy": "sandbox; default-src 'none'; frame-ancestors 'none'",
      "cache-control": "private, no-store",
      "referrer-policy": "no-referrer",
    });
    expect(headers["x-evil"]).toBeUndefined();
    const { filename } = parse(headers["content-disposition"] ?? "").parameters;
    expect(filename).toBe("診断書__X-Evil: 1 _fdp.exe");
    await storages.private.remove("a/page");
  });

  test("public files that are not pictures are downloads", async () => {
    for (const key of ["p/x.webp", "p/x.avif", "p/x.html", "p/x.svg", "p/x"])
      await storages.public.put(key, Buffer.from("x"), { type: "text/html", size: 1 });
    const headersOf = async (key: string) => {
      const { headers } = await sendRaw({ method: "GET", url: storages.public.publicUrl(key) });
      expect(headers).toMatchObject({
        "x-content-type-options": "nosniff",
        "cache-control": "public, max-age=60",
      });
      return [headers["content-type"], headers["content-disposition"]];
    };
    expect(await headersOf("p/x.webp")).toEqual(["image/webp", undefined]);
    expect(await headersOf("p/x.avif")).toEqual(["image/avif", undefined]);
    for (const key of ["p/x.html", "p/x.svg", "p/x"])
      expect(await headersOf(key)).toEqual(["application/octet-stream", "attachment"]);
  });

  test("HEAD, conditional GET and If-Range follow HTTP", async () => {
    await storages.public.put("h/x.webp", body, { type: "image/webp", size: body.length });
    const url = storages.public.publicUrl("h/x.webp");
    const head = await sendRaw({ method: "HEAD", url });
    expect([head.status, head.headers["content-length"], head.body.length]).toEqual([200, "5000", 0]);
    const etag = head.headers.etag ?? "";
    const again = await sendRaw({ method: "GET", url, headers: { "if-none-match": etag } });
    expect([again.status, again.body.length]).toEqual([304, 0]);
    const other = { range: "bytes=0-9", "if-range": '"another"' };
    expect((await sendRaw({ method: "GET", url, headers: other })).status).toBe(200);
    const same = { range: "bytes=-10", "if-range": etag };
    const tail = await sendRaw({ method: "GET", url, headers: same });
    expect([tail.status, tail.body.equals(body.subarray(-10))]).toEqual([206, true]);
  });

  test.each([
    "",
    "/",
    "/private",
    "/private/",
    "/other/a",
    "/private/.tmp/x",
    "/private/../../x",
    "/private/%2e%2e/%2e%2e/etc/passwd",
    "/private/..%2f..%2fetc%2fpasswd",
    "/private/a%00",
    "/private/%ff",
    "/private/A",
    "/private//a",
    "/__proto__/a",
    "/toString/a",
    `/private/${"a".repeat(600)}`,
  ])("the path %j is 404 for every method", async (path) => {
    for (const method of ["GET", "HEAD", "PUT"]) {
      const response = await sendRaw({ method, url: `${server.url}/api/storage${path}` });
      expect(response.status).toBe(404);
      if (method === "GET")
        expect(JSON.parse(response.body.toString())).toMatchObject({ status: 404, code: "not_found" });
    }
  });

  test.each([
    "expires=1e9",
    "expires=-1",
    "expires=99999999999999999999",
    "expires=9999999999&signature=",
    `expires=9999999999&type=a&size=1&sha256=x&signature=${"0".repeat(64)}`,
    `expires=9999999999&type=a&size=1&sha256=x&signature=${"é".repeat(64)}`,
    `expires=9999999999&type=a&disposition=inline&name=%ff&signature=${"0".repeat(64)}`,
    `expires=9999999999&partNumber=1&uploadId=a&size=1&sha256=x&signature=${"0".repeat(64)}`,
    "expires=9999999999&partNumber=1e1&uploadId=a&size=1&sha256=x",
    "%",
    "a[]=1&__proto__=2",
  ])("the query %j is 403", async (query) => {
    for (const method of ["GET", "PUT"]) {
      const response = await sendRaw({ method, url: `${server.url}/api/storage/private/a/b?${query}` });
      expect(response.status).toBe(403);
      expect(response.headers["content-type"]).toBe("application/problem+json");
      expect(JSON.parse(response.body.toString())).toMatchObject({ status: 403, code: "forbidden" });
    }
  });

  test("any other method is 405 with Allow", async () => {
    for (const method of ["POST", "DELETE", "PATCH", "OPTIONS"]) {
      const response = await sendRaw({ method, url: `${server.url}/api/storage/private/a` });
      expect([response.status, response.headers.allow]).toEqual([405, "GET, HEAD, PUT"]);
    }
  });

  test("an unusable folder is 503 with Retry-After and is reported", async () => {
    const blocked = join(folder, "blocked");
    await mkdir(blocked);
    await writeFile(join(blocked, "private"), "a file where the folder should be");
    storages = { ...storages, private: createStorage("private", blocked) };
    const signed = await storages.private.signPut("a/b", put);
    const responses = [
      await sendExact(signed),
      await sendRaw({ method: "GET", url: await storages.private.signGet("a/b", get) }),
    ];
    for (const { status, headers } of responses) expect([status, headers["retry-after"]]).toEqual([503, "5"]);
    expect(reports).toHaveLength(2);
    await expect(storages.private.checkHealth()).rejects.toMatchObject({ code: "unavailable" });
  });

  test("a folder that disappeared is unavailable, not empty", async () => {
    const { private: storage } = { private: createStorage("private", join(folder, "mounted")) };
    expect(await storage.stat("a/b")).toBeNull();
    await rm(join(folder, "mounted"), { recursive: true });
    await expect(storage.stat("a/b")).rejects.toMatchObject({ code: "unavailable" });
    await expect(storage.list("").next()).rejects.toMatchObject({ code: "unavailable" });
    await expect(storage.read("a/b")).rejects.toMatchObject({ code: "unavailable" });
  });

  test("a folder is created later if the first attempt failed", async () => {
    const below = join(folder, "refused");
    // A file where a folder has to be.
    await writeFile(below, "");
    const storage = createStorage("private", below);
    await expect(storage.stat("a/b")).rejects.toMatchObject({ code: "unavailable" });
    await rm(below);
    expect(await storage.stat("a/b")).toBeNull();
  });

  test("removeStaleTempFiles removes only old temporary files", async () => {
    const below = join(folder, "killed");
    const temps = join(below, "private", ".tmp");
    const storage = createStorage("private", below);
    await storage.removeStaleTempFiles(new Date());
    await storage.put("a", Buffer.of(1), { type: "text/plain", size: 1 });
    await mkdir(join(temps, "old-parts"));
    for (const name of ["old", "young", "old-parts/1"]) await writeFile(join(temps, name), "half");
    // A crash between `link` and `unlink` leaves a second name, which would outlive the object.
    await link(join(below, "private", "a"), join(temps, "placed"));
    const [anHourAgo, before] = [61, 60].map((minutes) => new Date(Date.now() - minutes * 60_000));
    for (const name of ["old", "old-parts", "placed"])
      await utimes(join(temps, name), anHourAgo ?? 0, anHourAgo ?? 0);
    await storage.removeStaleTempFiles(before ?? new Date(0));
    expect(await readdir(temps)).toEqual(["young"]);
    expect(await storage.stat("a")).toMatchObject({ size: 1 });
  });

  function sendExact({
    method,
    url,
    headers,
  }: {
    method: string;
    url: string;
    headers: Record<string, string>;
  }) {
    return sendRaw({ method, url, body, headers: { ...headers, "content-length": String(body.length) } });
  }
});

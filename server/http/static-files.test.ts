import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { brotliCompressSync, brotliDecompressSync, gunzipSync, gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { staticPolicyOf } from "../../lib/operations/static/policy";
import { sendRaw } from "../../lib/storage/testing/contract/raw-http";
import { createStaticFileHandler } from "./static-files";

const SCRIPT = Buffer.from("export const text = 'the same words repeated ';".repeat(20));
const PICTURE = Buffer.from([...Array(256).keys()]);

let server: Server;
let port: number;

beforeAll(async () => {
  const files = createStaticFileHandler(
    new Map([
      [
        "/_next/static/chunks/a.js",
        {
          policy: staticPolicyOf("/_next/static/chunks/a.js"),
          sha256: "c2NyaXB0c2NyaXB0c2NyaXB0c2NyaXB0",
          codings: new Map([
            ["identity", SCRIPT],
            ["br", brotliCompressSync(SCRIPT)],
            ["gzip", gzipSync(SCRIPT)],
          ] as const),
        },
      ],
      [
        "/photo.png",
        {
          policy: staticPolicyOf("/photo.png"),
          sha256: "cGljdHVyZXBpY3R1cmVwaWN0dXJlcGlj",
          codings: new Map([["identity", PICTURE]] as const),
        },
      ],
      [
        "/my form.pdf",
        {
          policy: staticPolicyOf("/my form.pdf"),
          sha256: "Zm9ybWZvcm1mb3JtZm9ybWZvcm1mb3Jt",
          codings: new Map([["identity", PICTURE]] as const),
        },
      ],
    ]),
    { https: true },
  );
  server = createServer((request, response) => {
    if (!files(request, response)) response.writeHead(404).end("of the application");
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  port = (server.address() as AddressInfo).port;
});
afterAll(() => new Promise((done) => server.close(done)));

const get = (path: string, headers: Record<string, string> = {}, method = "GET") =>
  sendRaw({ method, url: `http://127.0.0.1:${port}${path}`, headers });
const SCRIPT_PATH = "/_next/static/chunks/a.js";

describe("the content coding", () => {
  test.each([
    ["gzip, deflate, br, zstd", "br"],
    ["gzip, deflate", "gzip"],
    ["br;q=0, gzip;q=0.5", "gzip"],
    ["*", "br"],
    ["*, br;q=0", "gzip"],
    ["br;q=0, *", "gzip"],
    ["*;q=0.5, BR ; q=0.000", "gzip"],
    ["*, br;q=0.001, gzip;q=0", "br"],
  ])("for Accept-Encoding: %s is %s", async (accepted, encoding) => {
    const { status, headers, body } = await get(SCRIPT_PATH, { "accept-encoding": accepted });
    expect(status).toBe(200);
    expect(headers["content-encoding"]).toBe(encoding);
    expect(headers["content-length"]).toBe(String(body.length));
    expect((encoding === "br" ? brotliDecompressSync(body) : gunzipSync(body)).equals(SCRIPT)).toBe(true);
  });

  test.each(["", "identity", "deflate", "br;q=0", "br;q=0, gzip;q=0", "*, br;q=0, gzip;q=0.0", "*;q=0"])(
    "for Accept-Encoding: %j is none",
    async (accepted) => {
      const { headers, body } = await get(SCRIPT_PATH, { "accept-encoding": accepted });
      expect(headers["content-encoding"]).toBeUndefined();
      expect(body.equals(SCRIPT)).toBe(true);
    },
  );

  test("is in Vary, and each coding has its own ETag", async () => {
    const responses = await Promise.all(
      ["br", "gzip", "identity"].map((accepted) => get(SCRIPT_PATH, { "accept-encoding": accepted })),
    );
    expect(new Set(responses.map(({ headers }) => headers.etag)).size).toBe(3);
    for (const { headers } of responses) expect(headers.vary).toBe("Accept-Encoding");
  });

  test("is not in Vary if a file has only one", async () => {
    const { headers } = await get("/photo.png", { "accept-encoding": "br" });
    expect(headers.vary).toBeUndefined();
  });
});

describe("a conditional request", () => {
  test("with a matching ETag gets 304 without a body", async () => {
    const accepted = { "accept-encoding": "br" };
    const { headers } = await get(SCRIPT_PATH, accepted);
    for (const condition of [String(headers.etag), `W/${headers.etag}`, `"x", ${headers.etag}`, "*"]) {
      const response = await get(SCRIPT_PATH, { ...accepted, "if-none-match": condition });
      expect(response.status).toBe(304);
      expect(response.body).toHaveLength(0);
      expect(response.headers).toMatchObject({ etag: headers.etag, vary: "Accept-Encoding" });
    }
  });

  test("with the ETag of another coding gets the bytes", async () => {
    const { headers } = await get(SCRIPT_PATH, { "accept-encoding": "br" });
    const response = await get(SCRIPT_PATH, {
      "accept-encoding": "gzip",
      "if-none-match": String(headers.etag),
    });
    expect(response.status).toBe(200);
  });
});

test("ignores If-Modified-Since, because files have no date", async () => {
  const { status, headers } = await get("/photo.png", {
    "if-modified-since": new Date(2100, 1).toUTCString(),
  });
  expect(status).toBe(200);
  expect(headers["last-modified"]).toBeUndefined();
});

describe("a range request", () => {
  test.each([
    ["bytes=0-9", PICTURE.subarray(0, 10), "bytes 0-9/256"],
    ["bytes=250-", PICTURE.subarray(250), "bytes 250-255/256"],
    ["bytes=-6", PICTURE.subarray(250), "bytes 250-255/256"],
  ])("for %s gets those bytes", async (range, expected, contentRange) => {
    const { status, headers, body } = await get("/photo.png", { range });
    expect(status).toBe(206);
    expect(headers["content-range"]).toBe(contentRange);
    expect(body.equals(expected)).toBe(true);
  });

  test("that begins after the end gets 416", async () => {
    const { status, headers } = await get("/photo.png", { range: "bytes=256-" });
    expect(status).toBe(416);
    expect(headers["content-range"]).toBe("bytes */256");
    expect(headers).toMatchObject({ "cache-control": "no-store", "x-content-type-options": "nosniff" });
    expect(headers.etag).toBeUndefined();
  });

  test("gets bytes of the negotiated coding, with its ETag", async () => {
    const accepted = { "accept-encoding": "br" };
    const complete = await get(SCRIPT_PATH, accepted);
    const part = await get(SCRIPT_PATH, {
      ...accepted,
      range: "bytes=4-7",
      "if-range": String(complete.headers.etag),
    });
    expect(part.status).toBe(206);
    expect(part.body.equals(complete.body.subarray(4, 8))).toBe(true);
    expect(part.headers).toMatchObject({
      etag: complete.headers.etag,
      vary: "Accept-Encoding",
      "content-encoding": "br",
    });
  });

  test("with HEAD gets the headers of the complete file", async () => {
    const { status, headers } = await get("/photo.png", { range: "bytes=0-9" }, "HEAD");
    expect([status, headers["content-length"]]).toEqual([200, "256"]);
  });

  test("with another If-Range ETag gets the complete file", async () => {
    const { status, body } = await get("/photo.png", { range: "bytes=0-9", "if-range": '"other"' });
    expect(status).toBe(200);
    expect(body.equals(PICTURE)).toBe(true);
  });
});

test("responds to HEAD with headers and no body", async () => {
  const { status, headers, body } = await get("/photo.png", {}, "HEAD");
  expect(status).toBe(200);
  expect(headers["content-length"]).toBe("256");
  expect(body).toHaveLength(0);
});

test("serves a name with a space under its percent-encoded URL", async () => {
  const { status, headers } = await get("/my%20form.pdf");
  expect([status, headers["content-type"]]).toEqual([200, "application/pdf"]);
});

test("ignores the query of a file's URL", async () => {
  expect((await get(`${SCRIPT_PATH}?dpl=1`)).status).toBe(200);
});

test("responds 404 to a missing build file without the application", async () => {
  const { status, headers } = await get("/_next/static/chunks/missing.js");
  expect(status).toBe(404);
  expect(headers["content-type"]).toContain("text/plain");
  expect(headers["cache-control"]).toBe("no-store");
});

test.each<[string, string, Record<string, string>, number]>([
  ["a complete file", SCRIPT_PATH, {}, 200],
  ["an uncompressed file", "/photo.png", {}, 200],
  ["a range", "/photo.png", { range: "bytes=0-9" }, 206],
  ["a range after the end", "/photo.png", { range: "bytes=256-" }, 416],
  ["a file with a matching ETag", "/photo.png", { "if-none-match": "*" }, 304],
  ["a missing file", "/_next/static/chunks/missing.js", {}, 404],
])("a response for %s has the security headers", async (_name, path, requestHeaders, expected) => {
  const { status, headers } = await get(path, requestHeaders);
  expect(status).toBe(expected);
  expect(headers["x-content-type-options"]).toBe("nosniff");
  expect(headers["content-security-policy"]).toContain("frame-ancestors 'none'");
  expect(headers["strict-transport-security"]).toMatch(/^max-age=\d{8}/);
});

test.each([
  ["POST", SCRIPT_PATH],
  ["PUT", "/photo.png"],
  ["DELETE", "/_next/static/chunks/missing.js"],
])("rejects %s %s with 405 without the application", async (method, path) => {
  const { status, headers } = await get(path, {}, method);
  expect(status).toBe(405);
  expect(headers.allow).toBe("GET, HEAD");
  expect(headers["x-content-type-options"]).toBe("nosniff");
});

test.each([
  ["POST", "/photo.jpg"],
  ["GET", "/photo.jpg"],
  ["GET", "/%70hoto.png"],
  ["GET", "/"],
])("leaves %s %s to the application", async (method, path) => {
  const { status, body } = await get(path, {}, method);
  expect(status).toBe(404);
  expect(body.toString()).toBe("of the application");
});

test("negotiates 300 different Accept-Encoding headers", async () => {
  for (let made = 0; made < 300; made += 1) {
    const { headers } = await get(SCRIPT_PATH, { "accept-encoding": `made-up-${made}, br` });
    expect(headers["content-encoding"]).toBe("br");
  }
});

import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { brotliCompressSync, brotliDecompressSync, gunzipSync, gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { staticPolicyOf } from "../../lib/operations/static/policy";
import { sendRaw } from "../../lib/storage/testing/contract/raw-http";
import { createStaticFileHandler } from "./static-files";

const SCRIPT = Buffer.from("export const words = 'the same again and again ';".repeat(20));
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

describe("the encoding", () => {
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

  test("is told to caches, and each has an ETag of its own", async () => {
    const answers = await Promise.all(
      ["br", "gzip", "identity"].map((accepted) => get(SCRIPT_PATH, { "accept-encoding": accepted })),
    );
    expect(new Set(answers.map(({ headers }) => headers.etag)).size).toBe(3);
    for (const { headers } of answers) expect(headers.vary).toBe("Accept-Encoding");
  });

  test("of a file that has only one is no business of caches", async () => {
    const { headers } = await get("/photo.png", { "accept-encoding": "br" });
    expect(headers.vary).toBeUndefined();
  });
});

describe("a conditional request", () => {
  test("for what the caller has is 304 without a body", async () => {
    const accepted = { "accept-encoding": "br" };
    const { headers } = await get(SCRIPT_PATH, accepted);
    for (const condition of [String(headers.etag), `W/${headers.etag}`, `"x", ${headers.etag}`, "*"]) {
      const answer = await get(SCRIPT_PATH, { ...accepted, "if-none-match": condition });
      expect(answer.status).toBe(304);
      expect(answer.body).toHaveLength(0);
      expect(answer.headers).toMatchObject({ etag: headers.etag, vary: "Accept-Encoding" });
    }
  });

  test("with the ETag of another encoding gets the bytes", async () => {
    const { headers } = await get(SCRIPT_PATH, { "accept-encoding": "br" });
    const answer = await get(SCRIPT_PATH, {
      "accept-encoding": "gzip",
      "if-none-match": String(headers.etag),
    });
    expect(answer.status).toBe(200);
  });
});

test("a date is compared with nothing, for no file here has one", async () => {
  const { status, headers } = await get("/photo.png", {
    "if-modified-since": new Date(2100, 1).toUTCString(),
  });
  expect(status).toBe(200);
  expect(headers["last-modified"]).toBeUndefined();
});

describe("a range", () => {
  test.each([
    ["bytes=0-9", PICTURE.subarray(0, 10), "bytes 0-9/256"],
    ["bytes=250-", PICTURE.subarray(250), "bytes 250-255/256"],
    ["bytes=-6", PICTURE.subarray(250), "bytes 250-255/256"],
  ])("%s is answered with those bytes", async (range, expected, contentRange) => {
    const { status, headers, body } = await get("/photo.png", { range });
    expect(status).toBe(206);
    expect(headers["content-range"]).toBe(contentRange);
    expect(body.equals(expected)).toBe(true);
  });

  test("that begins after the end is 416", async () => {
    const { status, headers } = await get("/photo.png", { range: "bytes=256-" });
    expect(status).toBe(416);
    expect(headers["content-range"]).toBe("bytes */256");
    expect(headers).toMatchObject({ "cache-control": "no-store", "x-content-type-options": "nosniff" });
    expect(headers.etag).toBeUndefined();
  });

  test("is of the encoding that is sent, and named with its ETag", async () => {
    const accepted = { "accept-encoding": "br" };
    const whole = await get(SCRIPT_PATH, accepted);
    const part = await get(SCRIPT_PATH, {
      ...accepted,
      range: "bytes=4-7",
      "if-range": String(whole.headers.etag),
    });
    expect(part.status).toBe(206);
    expect(part.body.equals(whole.body.subarray(4, 8))).toBe(true);
    expect(part.headers).toMatchObject({
      etag: whole.headers.etag,
      vary: "Accept-Encoding",
      "content-encoding": "br",
    });
  });

  test("is no matter of HEAD", async () => {
    const { status, headers } = await get("/photo.png", { range: "bytes=0-9" }, "HEAD");
    expect([status, headers["content-length"]]).toEqual([200, "256"]);
  });

  test("of another state of the file is answered with all of it", async () => {
    const { status, body } = await get("/photo.png", { range: "bytes=0-9", "if-range": '"other"' });
    expect(status).toBe(200);
    expect(body.equals(PICTURE)).toBe(true);
  });
});

test("HEAD has the headers and no body", async () => {
  const { status, headers, body } = await get("/photo.png", {}, "HEAD");
  expect(status).toBe(200);
  expect(headers["content-length"]).toBe("256");
  expect(body).toHaveLength(0);
});

test("a name with a space in it is asked for as browsers write it", async () => {
  const { status, headers } = await get("/my%20form.pdf");
  expect([status, headers["content-type"]]).toEqual([200, "application/pdf"]);
});

test("a query does not make it another file", async () => {
  expect((await get(`${SCRIPT_PATH}?dpl=1`)).status).toBe(200);
});

test("a file of no build is told to be gone, without asking the application", async () => {
  const { status, headers } = await get("/_next/static/chunks/missing.js");
  expect(status).toBe(404);
  expect(headers["content-type"]).toContain("text/plain");
  expect(headers["cache-control"]).toBe("no-store");
});

test.each<[string, string, Record<string, string>, number]>([
  ["a whole file", SCRIPT_PATH, {}, 200],
  ["a file as it is", "/photo.png", {}, 200],
  ["a part of it", "/photo.png", { range: "bytes=0-9" }, 206],
  ["a part that is not there", "/photo.png", { range: "bytes=256-" }, 416],
  ["what the caller has", "/photo.png", { "if-none-match": "*" }, 304],
  ["what is not there", "/_next/static/chunks/missing.js", {}, 404],
])("%s comes with the guards of every answer", async (_name, path, asked, expected) => {
  const { status, headers } = await get(path, asked);
  expect(status).toBe(expected);
  expect(headers["x-content-type-options"]).toBe("nosniff");
  expect(headers["content-security-policy"]).toContain("frame-ancestors 'none'");
  expect(headers["strict-transport-security"]).toMatch(/^max-age=\d{8}/);
});

test.each([
  ["POST", SCRIPT_PATH],
  ["PUT", "/photo.png"],
  ["DELETE", "/_next/static/chunks/missing.js"],
])("%s %s is refused, and never the application's to answer", async (method, path) => {
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
])("%s %s is the application's to answer", async (method, path) => {
  const { status, body } = await get(path, {}, method);
  expect(status).toBe(404);
  expect(body.toString()).toBe("of the application");
});

test("an Accept-Encoding that nobody sends is answered as well, however many there are", async () => {
  for (let made = 0; made < 300; made += 1) {
    const { headers } = await get(SCRIPT_PATH, { "accept-encoding": `made-up-${made}, br` });
    expect(headers["content-encoding"]).toBe("br");
  }
});

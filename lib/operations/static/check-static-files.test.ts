import { once } from "node:events";
import { createServer, type OutgoingHttpHeaders, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { brotliCompressSync, gzipSync } from "node:zlib";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { checkStaticFiles } from "./check-static-files";
import { sha256Of } from "./collect-files";
import type { ContentCoding } from "./encode";
import type { Manifest } from "./manifest";
import { staticPolicyOf } from "./policy";
import { SCRIPT } from "./testing/test-site";

const [CHUNK, ROBOTS] = ["/_next/static/chunks/one.js", "/robots.txt"];
const PAGE_ORIGIN = "https://dossier.example.org";
const BYTES = Buffer.from(SCRIPT);
const BODIES: Record<string, Buffer> = {
  identity: BYTES,
  br: brotliCompressSync(BYTES),
  gzip: gzipSync(BYTES),
};
const entry: Manifest["files"][string] = {
  size: BYTES.length,
  sha256: sha256Of(BYTES),
  encodings: ["br", "gzip"],
};

type Response = { status: number; headers: OutgoingHttpHeaders; body: Buffer };
let server: Server;
let origin: string;
/** How the server deviates from the right response. */
let deviate: (right: Response, coding: string) => Partial<Response> = () => ({});

beforeAll(async () => {
  server = createServer((request, response) => {
    const { url = "" } = request;
    const coding = String(request.headers["accept-encoding"]);
    const { contentType, cacheControl } = staticPolicyOf(url);
    const right: Response = { status: 200, headers: {}, body: BODIES[coding] ?? BYTES };
    right.headers = {
      "Content-Type": contentType,
      "Cache-Control": cacheControl,
      Vary: "Accept-Encoding",
      "Access-Control-Allow-Origin": "*",
      ...(coding === "identity" ? {} : { "Content-Encoding": coding }),
    };
    const { status, headers, body } = { ...right, ...deviate(right, coding) };
    response.writeHead(status, headers).end(body);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
beforeEach(() => {
  deviate = () => ({});
});
afterAll(() => new Promise((resolve) => server.close(resolve)));

const check = (address: string, pageOrigin = PAGE_ORIGIN) =>
  checkStaticFiles({ [address]: entry }, { fileOrigin: origin, pageOrigin });
const findingOf = (address: string, found: unknown) => [
  { check: `${origin}${address}`, outcome: "failed", found, fix: expect.any(String) },
];
const withHeaders =
  (headers: OutgoingHttpHeaders, codings: ContentCoding[] = ["identity", "br", "gzip"]): typeof deviate =>
  (right, coding) => ({
    headers: codings.some((each) => each === coding) ? { ...right.headers, ...headers } : right.headers,
  });

test.each([CHUNK, ROBOTS])("accepts %s as published", async (address) => {
  expect(await check(address)).toEqual([]);
});

test.each<[string, string, typeof deviate, RegExp]>([
  ["responds 503", CHUNK, () => ({ status: 503 }), /^The response has the status 503\.$/],
  [
    "redirects",
    CHUNK,
    () => ({ status: 302, headers: { Location: "/" } }),
    /^The response has the status 302\.$/,
  ],
  [
    "sends another type",
    CHUNK,
    withHeaders({ "Content-Type": "text/html" }),
    /^The Content-Type is text\/html instead of/,
  ],
  [
    "sends no type in gzip",
    CHUNK,
    withHeaders({ "Content-Type": "" }, ["gzip"]),
    /^The Content-Type is {2}instead of/,
  ],
  ["sets a cookie", CHUNK, withHeaders({ "Set-Cookie": "a=b" }), /^The response sets a cookie\.$/],
  [
    "always sends br",
    CHUNK,
    ({ headers }) => ({ headers: { ...headers, "Content-Encoding": "br" }, body: BODIES.br ?? BYTES }),
    /^The server sends br to a client that accepts only identity\.$/,
  ],
  [
    "sends gzip for br",
    CHUNK,
    ({ headers }, coding) =>
      coding === "br"
        ? { headers: { ...headers, "Content-Encoding": "gzip" }, body: BODIES.gzip ?? BYTES }
        : {},
    /^The server sends gzip to a client that accepts only br\.$/,
  ],
  [
    "compresses nothing",
    CHUNK,
    ({ headers: { "Content-Encoding": _, ...headers } }) => ({ headers, body: BYTES }),
    /^The server sends the file uncompressed to a client that accepts br\.$/,
  ],
  [
    "sends a wrong Vary",
    CHUNK,
    withHeaders({ Vary: "Origin" }),
    /^The response lacks Vary: Accept-Encoding\.$/,
  ],
  [
    "allows another origin",
    CHUNK,
    withHeaders({ "Access-Control-Allow-Origin": "https://example.org" }),
    /^Pages of https:\/\/dossier\.example\.org may not read the file: .* is https:\/\/example\.org\.$/,
  ],
])("reports a server that %s", async (_, address, deviation, found) => {
  deviate = deviation;
  expect(await check(address)).toEqual(findingOf(address, expect.stringMatching(found)));
});

test.each(["identity", "br", "gzip"])("reports other bytes in %s only", async (affected) => {
  const compress = affected === "br" ? brotliCompressSync : affected === "gzip" ? gzipSync : Buffer.from;
  deviate = (_, coding) => (coding === affected ? { body: compress(Buffer.from("alert(1)")) } : {});
  expect(await check(CHUNK)).toEqual(findingOf(CHUNK, "The file has other bytes than the build."));
});

test.each(["br", "gzip"])("reports an empty body in %s", async (affected) => {
  deviate = (_, coding) => (coding === affected ? { body: Buffer.alloc(0) } : {});
  expect(await check(CHUNK)).toHaveLength(1);
});

test("reports a body that is longer than the file", async () => {
  deviate = ({ body }) => ({ body: Buffer.concat([body, Buffer.alloc(10_000)]) });
  expect(await check(CHUNK)).toEqual(findingOf(CHUNK, "The file has other bytes than the build."));
});

test.each([
  [CHUNK, "private, max-age=31536000, immutable", /^Shared caches may not store the file/],
  [CHUNK, "no-store", /^Shared caches may not store the file/],
  [CHUNK, "public, max-age=31536000", /^Browsers may not cache the file as immutable/],
  [CHUNK, "public, max-age=60, immutable", /^Browsers may not cache the file as immutable/],
  [CHUNK, "public, immutable", /^Browsers may not cache the file as immutable/],
  [CHUNK, "public, max-age=31536000, immutable, no-cache", /^Browsers may not cache the file as immutable/],
  [CHUNK, "public, max-age=31536000, immutable, max-age=0", /^Browsers may not cache the file as immutable/],
  [CHUNK, "", /^Browsers may not cache the file as immutable: Cache-Control is none\.$/],
  [ROBOTS, "public, max-age=60, immutable", /^The file is cached as immutable/],
  [ROBOTS, "public, max-age=31536000", /^The file may be cached for longer than 60 seconds/],
  [ROBOTS, "public, max-age=60, s-maxage=86400", /^The file may be cached for longer than 60 seconds/],
  [ROBOTS, "public, must-revalidate", /^The file may be cached for longer than 60 seconds/],
  [ROBOTS, "", /^The file may be cached for longer than 60 seconds/],
  [ROBOTS, "private, max-age=60", /^Shared caches may not store the file/],
])("reports %s with Cache-Control: %s", async (address, header, found) => {
  deviate = withHeaders({ "Cache-Control": header });
  expect(await check(address)).toEqual(findingOf(address, expect.stringMatching(found)));
});

test.each([
  [CHUNK, "Public, Immutable, Max-Age=63072000"],
  [ROBOTS, "public, max-age=0, must-revalidate"],
  [ROBOTS, "no-cache"],
])("accepts %s with Cache-Control: %s", async (address, header) => {
  deviate = withHeaders({ "Cache-Control": header });
  expect(await check(address)).toEqual([]);
});

test("requires CORS only if the pages have another origin", async () => {
  deviate = ({ headers: { "Access-Control-Allow-Origin": _, ...headers } }) => ({ headers });
  expect(await check(CHUNK, origin)).toEqual([]);
  expect(await check(CHUNK)).toHaveLength(1);
});

describe("a request for a static file", () => {
  test("has the path as a browser encodes it", async () => {
    const paths: unknown[] = [];
    server.prependOnceListener("request", ({ url }) => paths.push(url));
    await check("/why not?.txt");
    expect(paths).toEqual(["/why%20not%3F.txt"]);
  });

  test("sent to another origin has the host and scheme of the site", async () => {
    const seen: unknown[] = [];
    server.prependOnceListener("request", ({ headers }) =>
      seen.push([headers.host, headers["x-forwarded-proto"], headers.origin]),
    );
    const origins = { fileOrigin: PAGE_ORIGIN, pageOrigin: PAGE_ORIGIN, at: origin };
    expect(await checkStaticFiles({ [CHUNK]: entry }, origins)).toEqual([]);
    expect(seen).toEqual([["dossier.example.org", "https", PAGE_ORIGIN]]);
  });

  test("that gets no response is reported with the reason", async () => {
    const unreachable = { fileOrigin: "http://127.0.0.1:1", pageOrigin: PAGE_ORIGIN };
    expect(await checkStaticFiles({ [CHUNK]: entry }, unreachable)).toMatchObject([
      {
        check: `http://127.0.0.1:1${CHUNK}`,
        found: expect.stringMatching(/could not be fetched: .*ECONNREFUSED/),
      },
    ]);
  });
});

import { once } from "node:events";
import { createServer, type OutgoingHttpHeaders, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { brotliCompressSync, gzipSync } from "node:zlib";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { checkStaticFiles } from "./check-static-files";
import { sha256Of } from "./collect-files";
import type { ContentCoding } from "./encode";
import type { Manifest } from "./manifest";
import { staticPolicyOf } from "./policy";
import { SCRIPT } from "./testing/test-site";

const [CHUNK, ROBOTS] = ["/_next/static/chunks/one.js", "/robots.txt"];
const PAGES = "https://dossier.example.org";
const BYTES = Buffer.from(SCRIPT);
const FORMS: Record<string, Buffer> = {
  identity: BYTES,
  br: brotliCompressSync(BYTES),
  gzip: gzipSync(BYTES),
};
const entry: Manifest["files"][string] = {
  size: BYTES.length,
  sha256: sha256Of(BYTES),
  encodings: ["br", "gzip"],
};

type Sent = { status: number; headers: OutgoingHttpHeaders; body: Buffer };
let server: Server;
let origin: string;
/** What the server does otherwise than it should. */
let otherwise: (right: Sent, form: string) => Partial<Sent> = () => ({});

beforeAll(async () => {
  server = createServer(({ url = "", headers: asked }, response) => {
    const form = String(asked["accept-encoding"]);
    const { contentType, cacheControl } = staticPolicyOf(url);
    const right: Sent = { status: 200, headers: {}, body: FORMS[form] ?? BYTES };
    right.headers = {
      "Content-Type": contentType,
      "Cache-Control": cacheControl,
      Vary: "Accept-Encoding",
      "Access-Control-Allow-Origin": "*",
      ...(form === "identity" ? {} : { "Content-Encoding": form }),
    };
    const sent = { ...right, ...otherwise(right, form) };
    response.writeHead(sent.status, sent.headers).end(sent.body);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
beforeEach(() => {
  otherwise = () => ({});
});
afterAll(() => new Promise((done) => server.close(done)));

const check = (address: string, pages = PAGES) => checkStaticFiles({ [address]: entry }, { fileOrigin: origin, pageOrigin: pages });
const says =
  (headers: OutgoingHttpHeaders, at: ContentCoding[] = ["identity", "br", "gzip"]): typeof otherwise =>
  (right, form) => ({
    headers: at.some((one) => one === form) ? { ...right.headers, ...headers } : right.headers,
  });

test.each([CHUNK, ROBOTS])("%s as it should be is nothing to speak of", async (address) => {
  expect(await check(address)).toEqual([]);
});

test.each<[string, string, typeof otherwise, RegExp]>([
  ["is away", CHUNK, () => ({ status: 503 }), /^is answered 503$/],
  ["leads elsewhere", CHUNK, () => ({ status: 302, headers: { Location: "/" } }), /^could not be fetched/],
  ["has another type", CHUNK, says({ "Content-Type": "text/html" }), /^has the type text\/html instead of/],
  ["has no type in gzip", CHUNK, says({ "Content-Type": "" }, ["gzip"]), /^has the type {2}instead of/],
  ["sets a cookie", CHUNK, says({ "Set-Cookie": "a=b" }), /^sets a cookie$/],
  [
    "sends br to everybody",
    CHUNK,
    ({ headers }) => ({ headers: { ...headers, "Content-Encoding": "br" }, body: FORMS.br ?? BYTES }),
    /^comes in br to a caller that takes nothing packed$/,
  ],
  [
    "sends gzip for br",
    CHUNK,
    ({ headers }, form) =>
      form === "br" ? { headers: { ...headers, "Content-Encoding": "gzip" }, body: FORMS.gzip ?? BYTES } : {},
    /^comes in gzip to a caller that takes br alone$/,
  ],
  [
    "packs nothing",
    CHUNK,
    ({ headers: { "Content-Encoding": _, ...headers } }) => ({ headers, body: BYTES }),
    /^comes unpacked to a caller that takes br$/,
  ],
  ["does not say that it varies", CHUNK, says({ Vary: "Origin" }), /^does not tell caches/],
  [
    "does not let the pages read it",
    CHUNK,
    says({ "Access-Control-Allow-Origin": "https://example.org" }),
    /^may not be read by pages of https:\/\/dossier\.example\.org: .* is https:\/\/example\.org$/,
  ],
])("a server that %s is told of", async (_, address, wrong, words) => {
  otherwise = wrong;
  expect(await check(address)).toEqual([{ address, problem: expect.stringMatching(words) }]);
});

test.each(["identity", "br", "gzip"])("other bytes are found where they are sent as %s alone", async (at) => {
  const pack = at === "br" ? brotliCompressSync : at === "gzip" ? gzipSync : Buffer.from;
  otherwise = (_, form) => (form === at ? { body: pack(Buffer.from("alert(1)")) } : {});
  expect(await check(CHUNK)).toEqual([{ address: CHUNK, problem: "has other bytes than were built" }]);
});

test.each(["br", "gzip"])("an empty %s is found", async (at) => {
  otherwise = (_, form) => (form === at ? { body: Buffer.alloc(0) } : {});
  expect(await check(CHUNK)).toHaveLength(1);
});

test.each([
  [CHUNK, "private, max-age=31536000, immutable", /^may not be kept by caches/],
  [CHUNK, "no-store", /^may not be kept by caches/],
  [CHUNK, "public, max-age=31536000", /^may not be kept for good/],
  [CHUNK, "public, max-age=60, immutable", /^may not be kept for good/],
  [CHUNK, "public, immutable", /^may not be kept for good/],
  [CHUNK, "public, max-age=31536000, immutable, no-cache", /^may not be kept for good/],
  [CHUNK, "public, max-age=31536000, immutable, max-age=0", /^may not be kept for good/],
  [CHUNK, "", /^may not be kept for good: Cache-Control is none$/],
  [ROBOTS, "public, max-age=60, immutable", /^is kept for good/],
  [ROBOTS, "public, max-age=31536000", /^may be kept for longer than 60 seconds/],
  [ROBOTS, "public, max-age=60, s-maxage=86400", /^may be kept for longer than 60 seconds/],
  [ROBOTS, "public, must-revalidate", /^may be kept for longer than 60 seconds/],
  [ROBOTS, "", /^may be kept for longer than 60 seconds/],
  [ROBOTS, "private, max-age=60", /^may not be kept by caches/],
])("%s with Cache-Control: %s is told of", async (address, said, words) => {
  otherwise = says({ "Cache-Control": said });
  expect(await check(address)).toEqual([{ address, problem: expect.stringMatching(words) }]);
});

test.each([
  [CHUNK, "Public, Immutable, Max-Age=63072000"],
  [ROBOTS, "public, max-age=0, must-revalidate"],
  [ROBOTS, "no-cache"],
])("%s with Cache-Control: %s is as good", async (address, said) => {
  otherwise = says({ "Cache-Control": said });
  expect(await check(address)).toEqual([]);
});

test("the site's own pages need no leave to read what is served beside them", async () => {
  otherwise = ({ headers: { "Access-Control-Allow-Origin": _, ...headers } }) => ({ headers });
  expect(await check(CHUNK, origin)).toEqual([]);
  expect(await check(CHUNK)).toHaveLength(1);
});

test("a file is asked for by its name as a browser writes it", async () => {
  const asked: unknown[] = [];
  server.prependOnceListener("request", ({ url }) => asked.push(url));
  await check("/why not?.txt");
  expect(asked).toEqual(["/why%20not%3F.txt"]);
});

test("nobody there is told of by the reason", async () => {
  const found = await checkStaticFiles({ [CHUNK]: entry }, { fileOrigin: "http://127.0.0.1:1", pageOrigin: PAGES });
  expect(found).toEqual([{ address: CHUNK, problem: expect.stringContaining("could not be fetched") }]);
});

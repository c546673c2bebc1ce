import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from "node:http";
import { negotiate } from "@fastify/accept-negotiator";
import { ENCODINGS } from "../../lib/operations/static/encode";
import type { LoadedFile } from "../../lib/operations/static/load-published";
import { BUILD_PATH_PREFIX, urlPathOf } from "../../lib/operations/static/policy";
import { LOCKED_DOWN_CSP, securityHeaders, type TransportPolicy } from "../../lib/security-headers";
import { parseRange } from "../../lib/storage/byte-range";

/** Responds to a request for a static file. Returns false for any other request. */
export type StaticFileHandler = (request: IncomingMessage, response: ServerResponse) => boolean;

type EncodedFile = { bytes: Buffer; etag: string; headers: OutgoingHttpHeaders };
type ServedFile = {
  identity: EncodedFile;
  encoded: ReadonlyMap<string, EncodedFile>;
  negotiated: NegotiationCache;
};

/**
 * Serves static files from memory, each in the content codings that it was published in. Supports
 * conditional requests and single ranges (RFC 9110). Each coding has its own ETag, because it is a
 * different sequence of bytes.
 */
export function createStaticFileHandler(
  files: ReadonlyMap<string, LoadedFile>,
  transport: TransportPolicy,
): StaticFileHandler {
  const defaults = { ...securityHeaders(transport), "Content-Security-Policy": LOCKED_DOWN_CSP };
  const served = new Map([...files].map(([name, file]) => [urlPathOf(name), prepareFile(file, defaults)]));
  return (request, response) => {
    const { url = "", method } = request;
    const query = url.indexOf("?");
    const file = served.get(query === -1 ? url : url.slice(0, query));
    // Under this prefix there are only files of the build, so the application need not look.
    if (!file && !url.startsWith(BUILD_PATH_PREFIX)) return false;
    if (method !== "GET" && method !== "HEAD") sendError(response, 405, { ...defaults, Allow: "GET, HEAD" });
    else if (file) sendFile(request, response, negotiateEncoding(file, request.headers["accept-encoding"]));
    else sendError(response, 404, defaults);
    return true;
  };
}

const ERROR_MESSAGES = {
  404: "This file does not exist. It may belong to an earlier version of the site. Reload the page.",
  405: "This file can only be read. Use GET or HEAD.",
};

function sendError(response: ServerResponse, status: 404 | 405, headers: OutgoingHttpHeaders): void {
  const text = ERROR_MESSAGES[status];
  response.writeHead(status, {
    ...headers,
    "Content-Type": "text/plain; charset=utf-8",
    "Cache-Control": "no-store",
    "Content-Length": text.length,
  });
  response.end(text);
}

function prepareFile({ policy, sha256, codings }: LoadedFile, defaults: OutgoingHttpHeaders): ServedFile {
  const vary: OutgoingHttpHeaders = codings.size > 1 ? { Vary: "Accept-Encoding" } : {};
  const entries = [...codings].map(([name, bytes]): [string, EncodedFile] => {
    const etag = `"${sha256.slice(0, 22)}${name === "identity" ? "" : `-${name}`}"`;
    const headers = {
      "Content-Type": policy.contentType,
      "Cache-Control": policy.cacheControl,
      ETag: etag,
      ...vary,
      "Accept-Ranges": "bytes",
      ...defaults,
      ...(name === "identity" ? {} : { "Content-Encoding": name }),
    };
    return [name, { bytes, etag, headers }];
  });
  const encoded = new Map(entries);
  const identity = encoded.get("identity");
  if (!identity) throw new Error("A published file has no bytes.");
  encoded.delete("identity");
  return { identity, encoded, negotiated: new NegotiationCache() };
}

/** Caches 64 results by header: browsers send few headers, but a client may invent many. */
class NegotiationCache extends Map<string, EncodedFile> {
  override set(header: string, file: EncodedFile): this {
    if (this.size >= 64) this.clear();
    return super.set(header, file);
  }
}

/** Returns the smallest accepted coding. Sends `identity` even if the client rejects it. */
function negotiateEncoding(
  { identity, encoded, negotiated }: ServedFile,
  accepted: string | string[] | undefined,
): EncodedFile {
  if (encoded.size === 0 || typeof accepted !== "string") return identity;
  const cached = negotiated.get(accepted);
  if (cached) return cached;
  // `*` stands for codings that are not named (RFC 9110, 12.5.3). The negotiator would also let it
  // bring back a coding that the client rejects by name.
  const names = [...encoded.keys()].filter((name) => !REFUSED_ENCODING[name]?.test(accepted));
  const chosen = encoded.get(negotiate(accepted, names) ?? "identity") ?? identity;
  negotiated.set(accepted, chosen);
  return chosen;
}

const REFUSED_ENCODING: Record<string, RegExp> = Object.fromEntries(
  ENCODINGS.map((name) => [name, new RegExp(`(^|,)\\s*${name}\\s*;\\s*q=0(\\.0*)?\\s*(,|$)`, "i")]),
);

function sendFile({ method, headers }: IncomingMessage, response: ServerResponse, file: EncodedFile): void {
  if (etagMatches(headers["if-none-match"], file.etag)) {
    const { "Content-Type": _type, "Content-Encoding": _encoding, ...rest } = file.headers;
    response.writeHead(304, rest).end();
    return;
  }
  const { bytes } = file;
  // Ranges are for GET only (RFC 9110, 14.2). Files have no date, so If-Modified-Since is ignored.
  const isRangeAllowed =
    method === "GET" && (headers["if-range"] === undefined || headers["if-range"] === file.etag);
  const range = isRangeAllowed ? parseRange(headers.range ?? null, bytes.length) : undefined;
  if (range === null) {
    const { "Content-Type": _type, "Content-Encoding": _encoding, ETag: _etag, ...rest } = file.headers;
    const unsatisfied = { "Content-Range": `bytes */${bytes.length}`, "Cache-Control": "no-store" };
    response.writeHead(416, { ...rest, ...unsatisfied, "Content-Length": 0 }).end();
    return;
  }
  const sent = range ? bytes.subarray(range.start, range.end + 1) : bytes;
  const part = range ? { "Content-Range": `bytes ${range.start}-${range.end}/${bytes.length}` } : {};
  response.writeHead(range ? 206 : 200, { ...file.headers, ...part, "Content-Length": sent.length });
  response.end(method === "HEAD" ? undefined : sent);
}

/** Compares weakly, as RFC 9110 requires for If-None-Match. */
function etagMatches(header: string | undefined, etag: string): boolean {
  if (header === undefined) return false;
  return header.split(",").some((item) => item.trim() === "*" || item.trim().replace(/^W\//, "") === etag);
}

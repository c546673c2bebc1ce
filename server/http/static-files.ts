import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from "node:http";
import { negotiate } from "@fastify/accept-negotiator";
import { LOCKED_DOWN_CSP, securityHeaders } from "../../lib/security-headers";
import { ENCODINGS } from "../../lib/operations/static/encode";
import type { LoadedFile } from "../../lib/operations/static/load-published";
import { BUILD_PATH_PREFIX, urlPathOf } from "../../lib/operations/static/policy";
import { parseRange } from "../../lib/storage/byte-range";

/** Answers requests for static files; false where the request is for something else. */
export type StaticFileHandler = (request: IncomingMessage, response: ServerResponse) => boolean;

type EncodedFile = { bytes: Buffer; etag: string; headers: OutgoingHttpHeaders };
type ServedFile = { identity: EncodedFile; encoded: ReadonlyMap<string, EncodedFile>; negotiated: NegotiationCache };

/**
 * Static files out of memory, each in the encodings that it was published in: nothing is read, compressed or asked of Next while people wait.
 * Conditional requests and single ranges as RFC 9110 has them; each encoding has an ETag of its own, for it is another sequence of bytes.
 */
export function createStaticFileHandler(files: ReadonlyMap<string, LoadedFile>, { https }: { https: boolean }): StaticFileHandler {
  const guards = { ...securityHeaders({ https }), "Content-Security-Policy": LOCKED_DOWN_CSP };
  const served = new Map([...files].map(([address, file]) => [urlPathOf(address), prepareFile(file, guards)]));
  return (request, response) => {
    const { url = "", method } = request;
    const query = url.indexOf("?");
    const file = served.get(query === -1 ? url : url.slice(0, query));
    // Only the build puts files there: whatever is not in it is in no other place either.
    if (!file && !url.startsWith(BUILD_PATH_PREFIX)) return false;
    if (method !== "GET" && method !== "HEAD") sendError(response, 405, { ...guards, Allow: "GET, HEAD" });
    else if (file) sendFile(request, response, negotiateEncoding(file, request.headers["accept-encoding"]));
    else sendError(response, 404, guards);
    return true;
  };
}

const ERROR_MESSAGES = {
  404: "There is no such file. It may belong to an earlier version of this site: please reload.",
  405: "This is a file of the site: it can be read, and that is all.",
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

function prepareFile({ policy, sha256, codings: forms }: LoadedFile, guards: OutgoingHttpHeaders): ServedFile {
  const vary: OutgoingHttpHeaders = forms.size > 1 ? { Vary: "Accept-Encoding" } : {};
  const made = [...forms].map(([name, bytes]): [string, EncodedFile] => {
    const etag = `"${sha256.slice(0, 22)}${name === "identity" ? "" : `-${name}`}"`;
    const headers = {
      "Content-Type": policy.contentType,
      "Cache-Control": policy.cacheControl,
      ETag: etag,
      ...vary,
      "Accept-Ranges": "bytes",
      ...guards,
      ...(name === "identity" ? {} : { "Content-Encoding": name }),
    };
    return [name, { bytes, etag, headers }];
  });
  const encoded = new Map(made);
  const identity = encoded.get("identity");
  if (!identity) throw new Error("A published file has no bytes.");
  encoded.delete("identity");
  return { identity, encoded, negotiated: new NegotiationCache() };
}

/** Browsers send one of a handful of headers; what callers make up must not pile up. */
class NegotiationCache extends Map<string, EncodedFile> {
  override set(header: string, form: EncodedFile): this {
    if (this.size >= 64) this.clear();
    return super.set(header, form);
  }
}

/** The smallest form that the caller takes. Who refuses even `identity` gets it all the same, as servers do. */
function negotiateEncoding({ identity, encoded, negotiated: recent }: ServedFile, accepted: string | string[] | undefined): EncodedFile {
  if (encoded.size === 0 || typeof accepted !== "string") return identity;
  const known = recent.get(accepted);
  if (known) return known;
  // `*` is for what is not named (RFC 9110, 12.5.3), and the negotiator would have it bring back what is refused by name.
  const names = [...encoded.keys()].filter((name) => !REFUSED_ENCODING[name]?.test(accepted));
  const form = encoded.get(negotiate(accepted, names) ?? "identity") ?? identity;
  recent.set(accepted, form);
  return form;
}

const REFUSED_ENCODING: Record<string, RegExp> = Object.fromEntries(
  ENCODINGS.map((name) => [name, new RegExp(`(^|,)\\s*${name}\\s*;\\s*q=0(\\.0*)?\\s*(,|$)`, "i")]),
);

function sendFile({ method, headers }: IncomingMessage, response: ServerResponse, form: EncodedFile): void {
  if (etagMatches(headers["if-none-match"], form.etag)) {
    const { "Content-Type": _type, "Content-Encoding": _encoding, ...rest } = form.headers;
    response.writeHead(304, rest).end();
    return;
  }
  const { bytes } = form;
  // RFC 9110, 14.2: ranges are of GET. If-Modified-Since has nothing to be compared with: no file here has a date.
  const wanted = method === "GET" && (headers["if-range"] === undefined || headers["if-range"] === form.etag);
  const range = wanted ? parseRange(headers.range ?? null, bytes.length) : undefined;
  if (range === null) {
    const { "Content-Type": _type, "Content-Encoding": _encoding, ETag: _etag, ...rest } = form.headers;
    const unsatisfied = { "Content-Range": `bytes */${bytes.length}`, "Cache-Control": "no-store" };
    response.writeHead(416, { ...rest, ...unsatisfied, "Content-Length": 0 }).end();
    return;
  }
  const sent = range ? bytes.subarray(range.start, range.end + 1) : bytes;
  const part = range ? { "Content-Range": `bytes ${range.start}-${range.end}/${bytes.length}` } : {};
  response.writeHead(range ? 206 : 200, { ...form.headers, ...part, "Content-Length": sent.length });
  response.end(method === "HEAD" ? undefined : sent);
}

/** Weak comparison, as If-None-Match asks for. */
function etagMatches(header: string | undefined, etag: string): boolean {
  if (header === undefined) return false;
  return header.split(",").some((one) => one.trim() === "*" || one.trim().replace(/^W\//, "") === etag);
}

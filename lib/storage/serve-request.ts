import { Problem } from "../errors";
import { APP_STORAGE_PATH, type AppServedStorage, type AppServedStorages } from "./app-served";
import { parseRange } from "./byte-range";
import { formatContentDisposition } from "./content-disposition";
import { readChunks } from "./http-body";
import { isKey } from "./key";

/** The public class holds only images that the application encoded. Other types are downloads. */
const PUBLIC_TYPES = new Map([
  ["webp", "image/webp"],
  ["avif", "image/avif"],
]);
/** The browser neither runs nor frames the bytes, and does not guess their type. */
const SANDBOX_HEADERS = {
  "x-content-type-options": "nosniff",
  "content-security-policy": "sandbox; default-src 'none'; frame-ancestors 'none'",
  "referrer-policy": "no-referrer",
};

type ServeOptions = {
  /** Milliseconds without a byte after which an upload fails. Default: 30 s. */
  stallTimeoutMs?: number;
  /** Tells whether the upload of a key still takes bytes. Default: every signed PUT may write. */
  acceptsBytes?: (key: string) => Promise<boolean>;
  /** Called with errors that the client did not cause. */
  report?: (error: unknown) => void;
};

/**
 * Answers PUT, GET and HEAD at `/api/storage/<class>/<key>` with the statuses of S3, for storages
 * that have no server of their own. Errors are problem+json.
 */
export async function serveStorageRequest(
  request: Request,
  storages: AppServedStorages,
  { stallTimeoutMs = 30_000, acceptsBytes = async () => true, report }: ServeOptions = {},
): Promise<Response> {
  try {
    if (!["GET", "HEAD", "PUT"].includes(request.method)) {
      return problemResponse(
        new Problem("method_not_allowed", "Only GET, HEAD and PUT are allowed here."),
        405,
        {
          allow: "GET, HEAD, PUT",
        },
      );
    }
    const { pathname, searchParams } = new URL(request.url);
    const { storage, key } = parseObjectPath(pathname, storages);
    return request.method === "PUT"
      ? await handlePut(request, storage, key, searchParams, { stallTimeoutMs, acceptsBytes })
      : await handleRead(request, storage, key, searchParams);
  } catch (error) {
    const problem =
      error instanceof Problem
        ? error
        : new Problem("unavailable", "The files cannot be reached at the moment.", { cause: error });
    if (problem.code === "unavailable") report?.(error);
    return problemResponse(problem);
  }
}

function parseObjectPath(
  pathname: string,
  storages: AppServedStorages,
): { storage: AppServedStorage; key: string } {
  const rest = pathname.startsWith(APP_STORAGE_PATH) ? pathname.slice(APP_STORAGE_PATH.length) : "";
  const slash = rest.indexOf("/");
  const [storageClass, key] = [rest.slice(0, slash), rest.slice(slash + 1)];
  if ((storageClass !== "public" && storageClass !== "private") || !isKey(key))
    throw new Problem("not_found", "No file exists at this URL.");
  return { storage: storages[storageClass], key };
}

async function handlePut(
  request: Request,
  storage: AppServedStorage,
  key: string,
  query: URLSearchParams,
  { stallTimeoutMs, acceptsBytes }: Required<Pick<ServeOptions, "stallTimeoutMs" | "acceptsBytes">>,
): Promise<Response> {
  const permission = storage.verifyPermission("PUT", key, query);
  if (permission.action === "get") throw new Problem("forbidden", "This URL permits only reading.");
  const { size, sha256 } = permission.signedValues;
  const signedHeaders = {
    "content-length": String(size),
    "x-amz-checksum-sha256": sha256,
    ...(permission.action === "put"
      ? { "content-type": permission.signedValues.type, "if-none-match": "*" }
      : {}),
  };
  for (const [name, value] of Object.entries(signedHeaders)) {
    if (request.headers.get(name) !== value)
      throw new Problem("forbidden", `This URL requires the header ${name}: ${value}`);
  }
  // The completion removes the object. Without this check the same URL would store it again.
  if (!(await acceptsBytes(key))) throw new Problem("conflict", "This upload has already ended.");
  const body = readChunks(request.body, stallTimeoutMs);
  if (permission.action === "put") await storage.receive(key, body, { size, sha256 });
  else await storage.receivePart(key, body, permission.signedValues);
  return new Response(null, { status: 200, headers: { "cache-control": "private, no-store" } });
}

async function handleRead(
  request: Request,
  storage: AppServedStorage,
  key: string,
  query: URLSearchParams,
): Promise<Response> {
  const headers =
    storage.class === "public" ? publicHeaders(storage, key) : privateHeaders(request, storage, key, query);
  const object = await storage.openObject(key);
  let isStreaming = false;
  try {
    const { size, modifiedAt, etag } = object;
    headers.set("etag", etag);
    headers.set("accept-ranges", "bytes");
    headers.set("last-modified", modifiedAt.toUTCString());
    if (etagMatches(request.headers.get("if-none-match"), etag))
      return new Response(null, { status: 304, headers });
    const range = parseRange(requestedRange(request, etag), size);
    if (range === null)
      return problemResponse(new Problem("invalid", "The file does not have these bytes."), 416, {
        "content-range": `bytes */${size}`,
      });
    const { start, end } = range ?? { start: 0, end: size - 1 };
    if (range) headers.set("content-range", `bytes ${start}-${end}/${size}`);
    headers.set("content-length", String(end - start + 1));
    isStreaming = request.method === "GET";
    const body = isStreaming ? object.toStream({ start, end }) : null;
    return new Response(body, { status: range ? 206 : 200, headers });
  } finally {
    if (!isStreaming) await object.close();
  }
}

function publicHeaders(storage: AppServedStorage, key: string): Headers {
  const type = PUBLIC_TYPES.get(key.slice(key.lastIndexOf(".") + 1));
  return new Headers({
    ...SANDBOX_HEADERS,
    "cache-control": storage.cacheControl,
    "content-type": type ?? "application/octet-stream",
    ...(type ? {} : { "content-disposition": "attachment" }),
  });
}

function privateHeaders(
  request: Request,
  storage: AppServedStorage,
  key: string,
  query: URLSearchParams,
): Headers {
  if (request.method !== "GET") throw new Problem("forbidden", "This URL permits only GET.");
  const permission = storage.verifyPermission("GET", key, query);
  if (permission.action !== "get") throw new Problem("forbidden", "This URL permits only writing.");
  const { type, disposition, name } = permission.signedValues;
  return new Headers({
    ...SANDBOX_HEADERS,
    "cache-control": storage.cacheControl,
    "cross-origin-resource-policy": "same-origin",
    "content-type": type,
    "content-disposition": formatContentDisposition(disposition, name),
  });
}

function requestedRange(request: Request, etag: string): string | null {
  const condition = request.headers.get("if-range");
  return condition === null || condition === etag ? request.headers.get("range") : null;
}

function etagMatches(header: string | null, etag: string): boolean {
  return (header ?? "")
    .split(",")
    .map((value) => value.trim())
    .some((value) => value.replace(/^W\//, "") === etag || value === "*");
}

/**
 * Statuses of S3 for our codes, for clients that know S3. One differs: an interrupted body is 408
 * instead of 400, because the client may send the same request again.
 */
const S3_STATUS: Partial<Record<Problem["code"], number>> = {
  conflict: 412,
  content_mismatch: 400,
  not_uploaded: 408,
};

function problemResponse(
  problem: Problem,
  status: number = S3_STATUS[problem.code] ?? problem.status,
  headers: Record<string, string> = {},
): Response {
  return new Response(JSON.stringify({ ...problem.toJSON(), status }), {
    status,
    headers: {
      "content-type": "application/problem+json",
      "cache-control": "private, no-store",
      "x-content-type-options": "nosniff",
      ...(problem.retryAfter ? { "retry-after": String(problem.retryAfter) } : {}),
      ...headers,
    },
  });
}

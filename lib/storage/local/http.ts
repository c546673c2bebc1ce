import { Problem } from "../../errors";
import { fileToStream, readChunks } from "../http-body";
import { parseRange } from "../byte-range";
import { formatContentDisposition } from "../content-disposition";
import { isKey } from "../key";
import type { LocalStorage } from "../local";
import type { StorageClass } from "../storage";

export type LocalStorages = Record<StorageClass, LocalStorage>;

const PATH_PREFIX = "/api/storage/";
/** Pictures of our own making are all that the public folder holds; anything else is not shown, but saved. */
const PUBLIC_TYPES = new Map([
  ["webp", "image/webp"],
  ["avif", "image/avif"],
]);
/** Whatever the bytes are, the browser runs nothing of them and guesses nothing about them. */
const SANDBOX_HEADERS = {
  "x-content-type-options": "nosniff",
  "content-security-policy": "sandbox; default-src 'none'",
  "referrer-policy": "no-referrer",
};

/**
 * What S3 is for a deployed application, local storage is here: direct PUT and GET at `/api/storage/<class>/<key>`, with S3's statuses. Answers
 * everything, with problem+json where it refuses; `report` hears of what was not the caller's fault.
 */
export async function handleStorageRequest(
  request: Request,
  storages: LocalStorages,
  { patience = 30_000, report }: { patience?: number; report?: (error: unknown) => void } = {},
): Promise<Response> {
  try {
    if (!["GET", "HEAD", "PUT"].includes(request.method)) {
      return problemResponse(new Problem("method_not_allowed", "GET, HEAD and PUT are possible here."), 405, {
        allow: "GET, HEAD, PUT",
      });
    }
    const { pathname, searchParams } = new URL(request.url);
    const { storage, key } = parseObjectPath(pathname, storages);
    return request.method === "PUT"
      ? await handlePut(request, storage, key, searchParams, patience)
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

function parseObjectPath(pathname: string, storages: LocalStorages): { storage: LocalStorage; key: string } {
  const rest = pathname.startsWith(PATH_PREFIX) ? pathname.slice(PATH_PREFIX.length) : "";
  const slash = rest.indexOf("/");
  const [name, key] = [rest.slice(0, slash), rest.slice(slash + 1)];
  if ((name !== "public" && name !== "private") || !isKey(key)) throw pathNotFound();
  return { storage: storages[name], key };
}

async function handlePut(
  request: Request,
  storage: LocalStorage,
  key: string,
  query: URLSearchParams,
  patience: number,
): Promise<Response> {
  const permission = storage.verifyPermission("PUT", key, query);
  if (permission.action === "get") throw new Problem("forbidden", "This address is for reading.");
  const { size, sha256 } = permission.signedValues;
  const signed = {
    "content-length": String(size),
    "x-amz-checksum-sha256": sha256,
    ...(permission.action === "put" ? { "content-type": permission.signedValues.type, "if-none-match": "*" } : {}),
  };
  for (const [name, value] of Object.entries(signed)) {
    if (request.headers.get(name) !== value)
      throw new Problem("forbidden", `This address asks for the header ${name}: ${value}`);
  }
  const body = readChunks(request.body, patience);
  if (permission.action === "put") await storage.receive(key, body, { size, sha256 });
  else await storage.receivePart(key, body, permission.signedValues);
  return new Response(null, { status: 200, headers: { "cache-control": "private, no-store" } });
}

async function handleRead(
  request: Request,
  storage: LocalStorage,
  key: string,
  query: URLSearchParams,
): Promise<Response> {
  const headers =
    storage.class === "public" ? publicHeaders(storage, key) : privateHeaders(request, storage, key, query);
  const file = await storage.open(key);
  let streaming = false;
  try {
    const found = await file.stat();
    // Bytes under a key never change, but a key can be removed and, by hand, made again.
    const etag = `"${found.size.toString(36)}-${found.ino.toString(36)}-${Math.trunc(found.mtimeMs).toString(36)}"`;
    headers.set("etag", etag);
    headers.set("accept-ranges", "bytes");
    headers.set("last-modified", found.mtime.toUTCString());
    if (etagMatches(request.headers.get("if-none-match"), etag))
      return new Response(null, { status: 304, headers });
    const range = parseRange(requestedRange(request, etag), found.size);
    if (range === null)
      return problemResponse(new Problem("invalid", "The file has no such bytes."), 416, {
        "content-range": `bytes */${found.size}`,
      });
    const { start, end } = range ?? { start: 0, end: found.size - 1 };
    if (range) headers.set("content-range", `bytes ${start}-${end}/${found.size}`);
    headers.set("content-length", String(end - start + 1));
    streaming = request.method === "GET";
    return new Response(streaming ? fileToStream(file, start, end) : null, { status: range ? 206 : 200, headers });
  } finally {
    if (!streaming) await file.close();
  }
}

function publicHeaders(storage: LocalStorage, key: string): Headers {
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
  storage: LocalStorage,
  key: string,
  query: URLSearchParams,
): Headers {
  if (request.method !== "GET") throw new Problem("forbidden", "This address is for GET.");
  const permission = storage.verifyPermission("GET", key, query);
  if (permission.action !== "get") throw new Problem("forbidden", "This address is for writing.");
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
    .some((one) => one.trim().replace(/^W\//, "") === etag || one.trim() === "*");
}

function pathNotFound(): Problem {
  return new Problem("not_found", "Not found, or you have no access to it.");
}

/**
 * Where S3 has a status of its own for a code of ours, clients that know S3 get that one. But for a body that stops arriving, which is 400 there: 408
 * says that the same may simply be sent again.
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

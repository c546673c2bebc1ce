import type { IncomingMessage } from "node:http";
import { callerAddress } from "./address";

/** Headers that tell the application what the front knows. Whatever arrives under these names is thrown away. */
const addressHeader = "x-dossier-address";
const requestHeader = "x-dossier-request";
const closingHeader = "x-dossier-closing";

const proxyHeaders = /^(x-forwarded-.*|forwarded|x-real-ip|x-request-id|x-dossier-.*)$/;
// Next's own, between its parts; from outside they once skipped its middleware (CVE-2025-29927).
const innerHeaders = /^(x-middleware-.*|x-invoke-.*|x-matched-path|x-now-route-matches)$/;

/** Whether the address of a request is one that the application should see at all. */
export function acceptable(url: string | undefined): boolean {
  // `//evil` reads as another host, a backslash as a slash in some parsers.
  if (!url?.startsWith("/") || url.startsWith("//") || url.includes("\\")) return false;
  // No text of ours holds NUL, and PostgreSQL refuses it.
  if (/%00/.test(url)) return false;
  const path = url.split("?", 1)[0] ?? "";
  try {
    return !decodeURIComponent(path).startsWith("//") && !/%(?![0-9a-f]{2})/i.test(path);
  } catch {
    return false;
  }
}

/** What the front knows: how many proxies to believe, the request's id, and whether it is about to end. */
type Known = { trustedProxies: number; id?: string; closing?: boolean };

/**
 * Removes what the caller claims about where the request came from, and writes down what is known. Scheme and host are taken
 * from X-Forwarded-Proto and -Host only where a proxy is trusted, and of several values the last: that proxy's own.
 */
export function clean(request: IncomingMessage, { trustedProxies, id, closing = false }: Known): void {
  const given = request.headers;
  const address = callerAddress(request.socket.remoteAddress, one(given["x-forwarded-for"]), trustedProxies);
  const kept: Record<string, string> = { [addressHeader]: address };
  if (id !== undefined) kept[requestHeader] = id;
  if (closing) kept[closingHeader] = "1";
  if (trustedProxies > 0) {
    const protocol = last(given["x-forwarded-proto"]);
    const host = last(given["x-forwarded-host"]);
    if (protocol === "http" || protocol === "https") kept["x-forwarded-proto"] = protocol;
    if (host) kept["x-forwarded-host"] = host;
  }
  for (const name of Object.keys(given)) {
    if (proxyHeaders.test(name) || innerHeaders.test(name)) delete given[name];
  }
  Object.assign(given, kept);
  request.rawHeaders = Object.entries(given).flatMap(([name, value]) =>
    (Array.isArray(value) ? value : [value ?? ""]).flatMap((each) => [name, each]),
  );
}

function one(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value.join(",") : value;
}

function last(value: string | string[] | undefined): string | undefined {
  return one(value)?.split(",").at(-1)?.trim() || undefined;
}

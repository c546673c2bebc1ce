import type { IncomingMessage } from "node:http";
import { clientAddressOf } from "./client-address";

/** Headers that tell the application what the front knows. Whatever arrives under these names is thrown away. */
const ADDRESS_HEADER = "x-dossier-address";
const REQUEST_ID_HEADER = "x-dossier-request";
const CLOSING_HEADER = "x-dossier-closing";

const PROXY_HEADERS = /^(x-forwarded-.*|forwarded|x-real-ip|x-request-id|x-dossier-.*)$/;
// Next's own, between its parts; from outside they once skipped its middleware (CVE-2025-29927).
const NEXT_INTERNAL_HEADERS = /^(x-middleware-.*|x-invoke-.*|x-matched-path|x-now-route-matches)$/;

/** Whether the address of a request is one that the application should see at all. */
export function isAcceptableUrl(url: string | undefined): boolean {
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
type RequestFacts = { trustedProxies: number; id?: string; isClosing?: boolean };

/**
 * Removes what the caller claims about where the request came from, and writes down what is known. Scheme and host are taken
 * from X-Forwarded-Proto and -Host only where a proxy is trusted, and of several values the last: that proxy's own.
 */
export function replaceForwardedHeaders(request: IncomingMessage, { trustedProxies, id, isClosing: closing = false }: RequestFacts): void {
  const given = request.headers;
  const address = clientAddressOf(request.socket.remoteAddress, joinValues(given["x-forwarded-for"]), trustedProxies);
  const kept: Record<string, string> = { [ADDRESS_HEADER]: address };
  if (id !== undefined) kept[REQUEST_ID_HEADER] = id;
  if (closing) kept[CLOSING_HEADER] = "1";
  if (trustedProxies > 0) {
    const protocol = lastValue(given["x-forwarded-proto"]);
    const host = lastValue(given["x-forwarded-host"]);
    if (protocol === "http" || protocol === "https") kept["x-forwarded-proto"] = protocol;
    if (host) kept["x-forwarded-host"] = host;
  }
  for (const name of Object.keys(given)) {
    if (PROXY_HEADERS.test(name) || NEXT_INTERNAL_HEADERS.test(name)) delete given[name];
  }
  Object.assign(given, kept);
  request.rawHeaders = Object.entries(given).flatMap(([name, value]) =>
    (Array.isArray(value) ? value : [value ?? ""]).flatMap((each) => [name, each]),
  );
}

function joinValues(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value.join(",") : value;
}

function lastValue(value: string | string[] | undefined): string | undefined {
  return joinValues(value)?.split(",").at(-1)?.trim() || undefined;
}

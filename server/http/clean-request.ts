import type { IncomingMessage } from "node:http";
import { parseAndValidateFlightRouterState } from "next/dist/server/app-render/parse-and-validate-flight-router-state.js";
import { clientAddressOf } from "./client-address";

// Headers from the HTTP server to the application. Values that a client sends are removed.
const ADDRESS_HEADER = "x-dossier-address";
const REQUEST_ID_HEADER = "x-dossier-request";
const CLOSING_HEADER = "x-dossier-closing";

const PROXY_HEADERS = /^(x-forwarded-.*|forwarded|x-real-ip|x-request-id|x-dossier-.*)$/;
// Next uses these internally. A client could once skip its middleware with them (CVE-2025-29927).
const NEXT_INTERNAL_HEADERS = /^(x-middleware-.*|x-invoke-.*|x-matched-path|x-now-route-matches)$/;

/** Returns whether the application should see a request with this URL. */
export function isAcceptableUrl(url: string | undefined): boolean {
  // `//evil` can be parsed as another host, and some parsers take a backslash for a slash.
  if (!url?.startsWith("/") || url.startsWith("//") || url.includes("\\")) return false;
  const path = url.split("?", 1)[0] ?? "";
  // PostgreSQL rejects text with NUL. Schemas check the query.
  if (path.includes("%00")) return false;
  try {
    return !decodeURIComponent(path).startsWith("//") && !/%(?![0-9a-f]{2})/i.test(path);
  } catch {
    return false;
  }
}

/**
 * Removes a router state that Next cannot parse. Next would answer it with 500 and an error in the
 * log; without it, Next renders the whole page. The caller then rebuilds the raw headers.
 */
export function removeBrokenRouterState({ headers }: IncomingMessage): void {
  const state = headers["next-router-state-tree"];
  if (state === undefined) return;
  try {
    parseAndValidateFlightRouterState(state);
  } catch {
    delete headers["next-router-state-tree"];
  }
}

/** The number of trusted proxies, the request's id, and whether the server is shutting down. */
type RequestFacts = { trustedProxies: number; id?: string; isClosing?: boolean };

/**
 * Removes the client's claims about the origin of the request and adds the known values. Takes
 * scheme and host from X-Forwarded-Proto and -Host only if a proxy is trusted. Of several values it
 * takes the last, which the nearest proxy has written.
 */
export function replaceForwardedHeaders(
  request: IncomingMessage,
  { trustedProxies, id, isClosing = false }: RequestFacts,
): void {
  const headers = request.headers;
  const address = clientAddressOf(
    request.socket.remoteAddress,
    joinValues(headers["x-forwarded-for"]),
    trustedProxies,
  );
  const trusted: Record<string, string> = { [ADDRESS_HEADER]: address };
  if (id !== undefined) trusted[REQUEST_ID_HEADER] = id;
  if (isClosing) trusted[CLOSING_HEADER] = "1";
  if (trustedProxies > 0) {
    const protocol = lastValue(headers["x-forwarded-proto"]);
    const host = lastValue(headers["x-forwarded-host"]);
    if (protocol === "http" || protocol === "https") trusted["x-forwarded-proto"] = protocol;
    if (host) trusted["x-forwarded-host"] = host;
  }
  for (const name of Object.keys(headers)) {
    if (PROXY_HEADERS.test(name) || NEXT_INTERNAL_HEADERS.test(name)) delete headers[name];
  }
  Object.assign(headers, trusted);
  request.rawHeaders = Object.entries(headers).flatMap(([name, value]) =>
    (Array.isArray(value) ? value : [value ?? ""]).flatMap((line) => [name, line]),
  );
}

function joinValues(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value.join(",") : value;
}

function lastValue(value: string | string[] | undefined): string | undefined {
  return joinValues(value)?.split(",").at(-1)?.trim() || undefined;
}

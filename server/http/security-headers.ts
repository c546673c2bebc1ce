import type { OutgoingHttpHeaders, ServerResponse } from "node:http";
import { LOCKED_DOWN_CSP, securityHeaders, type TransportPolicy } from "../../lib/security-headers";
import type { RequestHandler } from "./request-handler";

/** The defaults of every response: it may run no script, and no cache may store it. */
export function lockedDownHeaders(transport: TransportPolicy): Record<string, string> {
  return {
    ...securityHeaders(transport),
    "Content-Security-Policy": LOCKED_DOWN_CSP,
    "Cache-Control": "private, no-store",
  };
}

/**
 * Adds the security headers to every response of `handler` that does not set them itself, also to
 * Next's own errors, redirects and assets. Adds them when the headers are sent, because Next drops
 * a route's header if the response has one of that name already.
 */
export function withSecurityHeaders(handler: RequestHandler, transport: TransportPolicy): RequestHandler {
  const defaults = Object.entries(lockedDownHeaders(transport));
  return (request, response) => {
    addHeadersOnWrite(response, defaults);
    return handler(request, response);
  };
}

function addHeadersOnWrite(response: ServerResponse, defaults: readonly [string, string][]): void {
  const { writeHead } = response;
  response.writeHead = (status: number, ...rest: unknown[]) => {
    const headers = rest.at(-1);
    for (const [name, value] of defaults)
      if (!response.hasHeader(name) && !hasHeader(headers, name)) response.setHeader(name, value);
    return Reflect.apply(writeHead, response, [status, ...rest]);
  };
}

/** Looks for a name in the headers of `writeHead`: an object, or a list of names and values. */
function hasHeader(headers: unknown, wanted: string): boolean {
  if (typeof headers !== "object" || headers === null) return false;
  const names = Array.isArray(headers)
    ? headers.filter((_, index) => index % 2 === 0)
    : Object.keys(headers as OutgoingHttpHeaders);
  return names.some((name) => String(name).toLowerCase() === wanted.toLowerCase());
}

/** Formats a response without a body, for a connection on which Node could parse no request. */
export function formatEmptyResponse(
  status: string,
  transport: TransportPolicy,
  extra: Record<string, string> = {},
): string {
  const headers = Object.entries({
    ...lockedDownHeaders(transport),
    ...extra,
    "Content-Length": "0",
    Connection: "close",
  });
  return `HTTP/1.1 ${status}\r\n${headers.map(([name, value]) => `${name}: ${value}\r\n`).join("")}\r\n`;
}

import type { OutgoingHttpHeaders, ServerResponse } from "node:http";
import { LOCKED_DOWN_CSP, securityHeaders } from "../../lib/security-headers";
import type { RequestHandler } from "./server";

/** What an answer has that says nothing else of itself: nothing runs on it, and nobody keeps it. */
export function lockedDownHeaders({ https }: { https: boolean }): Record<string, string> {
  return {
    ...securityHeaders({ https }),
    "Content-Security-Policy": LOCKED_DOWN_CSP,
    "Cache-Control": "private, no-store",
  };
}

/**
 * Lays the guards on whatever `handler` answers, at the moment when its headers leave: on errors, redirects and assets of Next's own
 * too, which no code of ours sees. What the answer says itself stands. Not earlier: Next leaves out headers of a route that are there already.
 */
export function withSecurityHeaders(handler: RequestHandler, { https }: { https: boolean }): RequestHandler {
  const guards = Object.entries(lockedDownHeaders({ https }));
  return (request, response) => {
    addHeadersOnWrite(response, guards);
    return handler(request, response);
  };
}

function addHeadersOnWrite(response: ServerResponse, guards: readonly [string, string][]): void {
  const { writeHead } = response;
  response.writeHead = (status: number, ...rest: unknown[]) => {
    const given = rest.at(-1);
    for (const [name, value] of guards)
      if (!response.hasHeader(name) && !hasHeader(given, name)) response.setHeader(name, value);
    return Reflect.apply(writeHead, response, [status, ...rest]);
  };
}

/** Whether headers as `writeHead` takes them, an object or a flat list of names and values, have one of this name. */
function hasHeader(given: unknown, wanted: string): boolean {
  if (typeof given !== "object" || given === null) return false;
  const list = Array.isArray(given)
    ? given.filter((_, index) => index % 2 === 0)
    : Object.keys(given as OutgoingHttpHeaders);
  return list.some((name) => String(name).toLowerCase() === wanted.toLowerCase());
}

/** A whole answer as bytes, for what Node refuses before there is a request: broken, too large or too slow. */
export function formatEmptyResponse(status: string, { https }: { https: boolean }): string {
  const headers = Object.entries({ ...lockedDownHeaders({ https }), "Content-Length": "0", Connection: "close" });
  return `HTTP/1.1 ${status}\r\n${headers.map(([name, value]) => `${name}: ${value}\r\n`).join("")}\r\n`;
}

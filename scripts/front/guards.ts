import type { OutgoingHttpHeaders, ServerResponse } from "node:http";
import { NOTHING_RUNS, securityHeaders } from "../../lib/security-headers";
import type { Handler } from "./front";

/** What an answer has that says nothing else of itself: nothing runs on it, and nobody keeps it. */
export function guardsOf({ https }: { https: boolean }): Record<string, string> {
  return {
    ...securityHeaders({ https }),
    "Content-Security-Policy": NOTHING_RUNS,
    "Cache-Control": "private, no-store",
  };
}

/**
 * Lays the guards on whatever `handler` answers, at the moment when its headers leave: on errors, redirects and assets of Next's own
 * too, which no code of ours sees. What the answer says itself stands. Not earlier: Next leaves out headers of a route that are there already.
 */
export function guardedHandler(handler: Handler, { https }: { https: boolean }): Handler {
  const guards = Object.entries(guardsOf({ https }));
  return (request, response) => {
    guard(response, guards);
    return handler(request, response);
  };
}

function guard(response: ServerResponse, guards: readonly [string, string][]): void {
  const { writeHead } = response;
  response.writeHead = (status: number, ...rest: unknown[]) => {
    const given = rest.at(-1);
    for (const [name, value] of guards)
      if (!response.hasHeader(name) && !names(given, name)) response.setHeader(name, value);
    return Reflect.apply(writeHead, response, [status, ...rest]);
  };
}

/** Whether headers as `writeHead` takes them, an object or a flat list of names and values, have one of this name. */
function names(given: unknown, wanted: string): boolean {
  if (typeof given !== "object" || given === null) return false;
  const list = Array.isArray(given)
    ? given.filter((_, index) => index % 2 === 0)
    : Object.keys(given as OutgoingHttpHeaders);
  return list.some((name) => String(name).toLowerCase() === wanted.toLowerCase());
}

/** A whole answer as bytes, for what Node refuses before there is a request: broken, too large or too slow. */
export function bareAnswer(status: string, { https }: { https: boolean }): string {
  const headers = Object.entries({ ...guardsOf({ https }), "Content-Length": "0", Connection: "close" });
  return `HTTP/1.1 ${status}\r\n${headers.map(([name, value]) => `${name}: ${value}\r\n`).join("")}\r\n`;
}

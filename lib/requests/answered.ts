import type { Log } from "../log/log";
import type { CurrentRequest } from "./current";
import { spans } from "./kept-spans";

export type Answered = {
  method: string;
  /** The pattern of `route-pattern.ts`. */
  route: string;
  status: number;
  /** The caller was gone before the answer was. */
  cut?: boolean;
};

/** Asked every few seconds by whatever watches: only a failure is news. */
const WATCHED = "/api/health";

/** The one line of a request, and its span where those are asked for. */
export function sayAnswered(
  log: Log,
  request: CurrentRequest,
  { method, route, status, cut = false }: Answered,
): void {
  const ms = performance.now() - request.began;
  const level = status >= 500 ? "warn" : route === WATCHED ? "debug" : "info";
  log[level]("answered", {
    request: request.id,
    method: methodOf(method),
    route,
    status,
    ms: Math.round(ms * 10) / 10,
    ...(cut ? { cut } : {}),
  });
  spans()?.add(request, { method: methodOf(method), route, status, ms });
}

/** A method is whatever the caller wrote. */
function methodOf(method: string): string {
  return METHODS.has(method) ? method : "_OTHER";
}

const METHODS = new Set(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]);

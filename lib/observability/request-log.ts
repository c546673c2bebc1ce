import type { Log } from "./log";
import type { CurrentRequest } from "./current-request";
import { spanExporter } from "./span-exporter";

export type RequestResult = {
  method: string;
  /** The pattern of `route-pattern.ts`. */
  route: string;
  status: number;
  /** The caller was gone before the answer was. */
  cut?: boolean;
};

/** Asked every few seconds by whatever watches: only a failure is news. */
const HEALTH_ROUTE = "/api/health";

/** The one line of a request, and its span where those are asked for. */
export function logRequest(
  log: Log,
  request: CurrentRequest,
  { method, route, status, cut = false }: RequestResult,
): void {
  const ms = performance.now() - request.startedAt;
  const level = status >= 500 ? "warn" : route === HEALTH_ROUTE ? "debug" : "info";
  log[level]("answered", {
    request: request.id,
    method: normalizeMethod(method),
    route,
    status,
    ms: Math.round(ms * 10) / 10,
    ...(cut ? { cut } : {}),
  });
  spanExporter()?.add(request, { method: normalizeMethod(method), route, status, ms });
}

/** A method is whatever the caller wrote. */
function normalizeMethod(method: string): string {
  return KNOWN_METHODS.has(method) ? method : "_OTHER";
}

const KNOWN_METHODS = new Set(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]);

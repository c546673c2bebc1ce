import type { CurrentRequest } from "./current-request";
import type { Log } from "./log";
import { spanExporter } from "./span-exporter";

export type RequestResult = {
  method: string;
  /** The pattern of `route-pattern.ts`. */
  route: string;
  status: number;
  /** The client disconnected before the response ended. */
  cut?: boolean;
};

/** A monitor calls it every few seconds, so only failures are logged above debug. */
const HEALTH_ROUTE = "/api/health";

/** Logs the one line of a request, and adds its span if a collector is set. */
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

/** A client may send any word as the method. */
function normalizeMethod(method: string): string {
  return KNOWN_METHODS.has(method) ? method : "_OTHER";
}

const KNOWN_METHODS = new Set(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]);

import { env } from "@/lib/config/env";
import {
  type CurrentRequest,
  createRequest,
  currentRequest,
  runWithRequest,
} from "@/lib/observability/current-request";
import { acceptOrCreateRequestId } from "@/lib/observability/request-id";
import { logRequest } from "@/lib/observability/request-log";
import { routePatternFromParams } from "@/lib/observability/route-pattern";
import { drainJobsBehindResponse } from "./drain-jobs";
import { log } from "./log";
import { readUpstreamRequestId } from "./request-info";
import { waitUntilLogsFlushed } from "./wait-until";

type RouteParams = Record<string, string | string[]> | undefined;

/**
 * Handles a request under its id. The HTTP server gives the id, returns it and logs the request. On
 * Vercel there is no such server, so this function does it.
 */
export async function withRequestLogging(
  request: Request,
  params: Promise<RouteParams>,
  handle: () => Promise<Response>,
): Promise<Response> {
  const current = currentRequest();
  if (current) return withServerTiming(current, await handle());
  const created = createRequest(acceptOrCreateRequestId(readUpstreamRequestId(request.headers)));
  const response = withServerTiming(created, await runWithRequest(created, handle));
  response.headers.set("X-Request-Id", created.id);
  const { pathname } = new URL(request.url);
  const route = routePatternFromParams(pathname, await params);
  logRequest(log(), created, { method: request.method, route, status: response.status });
  waitUntilLogsFlushed();
  // A job that started the next one would never end.
  if (!pathname.startsWith("/api/cron/")) drainJobsBehindResponse();
  return response;
}

/**
 * Adds the waiting times for the browser's tools. Only in development, because they reveal
 * details.
 */
function withServerTiming(request: CurrentRequest, response: Response): Response {
  if (env().NODE_ENV !== "development") return response;
  const waits = [...request.waits, ["total", performance.now() - request.startedAt] as const];
  const value = waits.map(([name, ms]) => `${name};dur=${ms.toFixed(1)}`).join(", ");
  response.headers.set("Server-Timing", value);
  return response;
}

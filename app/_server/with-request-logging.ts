import { env } from "@/lib/config/env";
import { logRequest } from "@/lib/observability/request-log";
import { createRequest, type CurrentRequest, currentRequest, runWithRequest } from "@/lib/observability/current-request";
import { acceptOrCreateRequestId } from "@/lib/observability/request-id";
import { routePatternFromParams } from "@/lib/observability/route-pattern";
import { readUpstreamRequestId } from "./request-info";
import { log } from "./log";
import { waitUntilLogsFlushed } from "./wait-until";

type RouteParams = Record<string, string | string[]> | undefined;

/**
 * Answers a request under its id. Where the front stands before us it has given the id, says it in the answer and writes the line; where nobody does, on
 * Vercel, all of that is done here.
 */
export async function withRequestLogging(
  request: Request,
  params: Promise<RouteParams>,
  answer: () => Promise<Response>,
): Promise<Response> {
  const known = currentRequest();
  if (known) return withServerTiming(known, await answer());
  const mine = createRequest(acceptOrCreateRequestId(readUpstreamRequestId(request.headers)));
  const response = withServerTiming(mine, await runWithRequest(mine, answer));
  response.headers.set("X-Request-Id", mine.id);
  const route = routePatternFromParams(new URL(request.url).pathname, await params);
  logRequest(log(), mine, { method: request.method, route, status: response.status });
  waitUntilLogsFlushed();
  return response;
}

/** Where the time went, for the browser's own tools; only in development, for it tells strangers more than they need. */
function withServerTiming(request: CurrentRequest, response: Response): Response {
  if (env().NODE_ENV !== "development") return response;
  const waits = [...request.waits, ["total", performance.now() - request.startedAt] as const];
  const value = waits.map(([name, ms]) => `${name};dur=${ms.toFixed(1)}`).join(", ");
  response.headers.set("Server-Timing", value);
  return response;
}

import { db, storages } from "@/app/_server/app-context";
import { problemResponse, toProblem } from "@/app/_server/problem-response";
import { withRequestLogging } from "@/app/_server/with-request-logging";
import { withSecurityHeaders } from "@/app/_server/with-security-headers";
import { notFoundProblem } from "@/lib/errors";
import { asAppServed } from "@/lib/storage/app-served";
import { serveStorageRequest } from "@/lib/storage/serve-request";
import { acceptsBytes } from "@/lib/uploads/quarantine";

type RouteContext = { params: Promise<Record<string, string | string[]> | undefined> };

/**
 * Serves storages that have no server of their own; 404 with any other driver. Not a `route()`:
 * the signature of the URL authorises the request, not a session, and the body is not JSON.
 */
function handleLoggedRequest(request: Request, { params }: RouteContext): Promise<Response> {
  return withRequestLogging(request, params, () => handleRequest(request));
}

async function handleRequest(request: Request): Promise<Response> {
  const served = asAppServed(storages());
  if (!served) return withSecurityHeaders(problemResponse(notFoundProblem()));
  const response = await serveStorageRequest(request, served, {
    acceptsBytes: (key) => acceptsBytes({ db: db() }, key),
    report: toProblem,
  });
  return withSecurityHeaders(response);
}

export {
  handleLoggedRequest as DELETE,
  handleLoggedRequest as GET,
  handleLoggedRequest as HEAD,
  handleLoggedRequest as OPTIONS,
  handleLoggedRequest as PATCH,
  handleLoggedRequest as POST,
  handleLoggedRequest as PUT,
};

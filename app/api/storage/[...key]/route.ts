import { withSecurityHeaders } from "@/app/_server/with-security-headers";
import { withRequestLogging } from "@/app/_server/with-request-logging";
import { toProblem, problemResponse } from "@/app/_server/problem-response";
import { storages } from "@/app/_server/app-context";
import { notFoundProblem } from "@/lib/errors";
import { asLocalStorage } from "@/lib/storage/local";
import { handleStorageRequest } from "@/lib/storage/local/http";

type RouteContext = { params: Promise<Record<string, string | string[]> | undefined> };

/**
 * The bytes of local storage, and nothing where they lie in S3. Not a `route()`: what lets a request in here is its signature and never a
 * session, as it is with S3, and its body is not JSON.
 */
function handleLoggedRequest(request: Request, { params }: RouteContext): Promise<Response> {
  return withRequestLogging(request, params, () => serveFromLocalStorage(request));
}

async function serveFromLocalStorage(request: Request): Promise<Response> {
  const here = { public: asLocalStorage(storages().public), private: asLocalStorage(storages().private) };
  if (!here.public || !here.private) return withSecurityHeaders(problemResponse(notFoundProblem()));
  return withSecurityHeaders(
    await handleStorageRequest(request, { public: here.public, private: here.private }, { report: toProblem }),
  );
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

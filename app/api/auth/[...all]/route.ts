import { z } from "zod";
import { appContext } from "@/app/_server/app-context";
import { loadAuth } from "@/app/_server/auth";
import { clientAddressOf } from "@/app/_server/request-info";
import { endpoint, route } from "@/app/_server/route";
import { AUTH_ENDPOINTS, throttlesForRequest } from "@/lib/accounts/auth-endpoints";
import { SUSPENDED_CODE, suspendedProblem } from "@/lib/accounts/session";
import { countAttempt, refundSuccess } from "@/lib/accounts/throttle";
import { notFoundProblem, Problem } from "@/lib/errors";

/**
 * The routes of Better Auth, with its own bodies and origin check. This handler allows only the
 * listed endpoints and limits the attempts.
 */
export const { dynamic, GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = route({
  GET: endpoint({
    requiredAccess: "anyone",
    hasSideEffects: true,
    handle: async ({ request, params }) => {
      if (AUTH_ENDPOINTS.get(params.all ?? "")?.method !== "GET") throw notFoundProblem();
      return forwardToBetterAuth(request);
    },
  }),
  POST: endpoint({
    requiredAccess: "anyone",
    body: z.record(z.string(), z.unknown()),
    handle: async ({ request, params: { all = "" }, body }) => {
      const offered = AUTH_ENDPOINTS.get(all);
      if (offered?.method !== "POST" || !offered.body) throw notFoundProblem();
      const checked = offered.body.safeParse(body);
      if (!checked.success) {
        const errors = checked.error.issues.map(({ path, message }) => ({ path: path.join("."), message }));
        throw new Problem("invalid", "Some entries are not valid. Check the marked entries.", { errors });
      }
      const throttles = throttlesForRequest(all, String(checked.data.email ?? ""), clientAddressOf(request));
      await countAttempt(appContext(), throttles);
      const response = await forwardToBetterAuth(request, JSON.stringify(checked.data));
      if (response.ok) await refundSuccess(appContext(), throttles);
      return response;
    },
  }),
});

async function forwardToBetterAuth(request: Request, body?: string): Promise<Response> {
  const headers = new Headers(request.headers);
  headers.delete("content-length");
  const auth = await loadAuth();
  const response = await auth.handler(
    new Request(request.url, { method: request.method, headers, ...(body === undefined ? {} : { body }) }),
  );
  // Better Auth responds with 500 if the database is unavailable, and logs the reason.
  if (response.status >= 500)
    throw new Problem("unavailable", "Sign-in is unavailable right now. Try again in a moment.");
  if (response.status === 403 && (await response.clone().json())?.code === SUSPENDED_CODE)
    throw suspendedProblem();
  const uncached = new Response(response.body, response);
  uncached.headers.set("cache-control", "private, no-store");
  return uncached;
}

import { z } from "zod";
import { loadAuth } from "@/app/_server/auth";
import { clientAddressOf } from "@/app/_server/request-info";
import { endpoint, route } from "@/app/_server/route";
import { appContext } from "@/app/_server/app-context";
import { AUTH_ENDPOINTS, throttlesForRequest } from "@/lib/accounts/auth-endpoints";
import { countAttempt, refundAttempt } from "@/lib/accounts/throttle";
import { notFoundProblem, Problem } from "@/lib/errors";

/** Better Auth's own routes, with its own bodies and its own check of the origin; before it come our list and our count of tries. */
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
        throw new Problem("invalid", "Please look at what is marked.", { errors });
      }
      const throttles = throttlesForRequest(all, String(checked.data.email ?? ""), clientAddressOf(request));
      await countAttempt(appContext(), throttles);
      const response = await forwardToBetterAuth(request, JSON.stringify(checked.data));
      if (response.ok && throttles.length > 0) await refundAttempt(appContext(), throttles);
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
  // It answers 500 where the database is away, having logged why.
  if (response.status >= 500)
    throw new Problem(
      "unavailable",
      "Signing in and out does not work at the moment. Please try again shortly.",
    );
  const answered = new Response(response.body, response);
  answered.headers.set("cache-control", "private, no-store");
  return answered;
}

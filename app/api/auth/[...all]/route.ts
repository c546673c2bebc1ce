import { z } from "zod";
import { appContext } from "@/app/_server/app-context";
import { loadAuth } from "@/app/_server/auth";
import { jsonResponse } from "@/app/_server/json-response";
import { clientAddressOf } from "@/app/_server/request-info";
import { endpoint, parseWithSchema, route } from "@/app/_server/route";
import { signedInResponse } from "@/app/_server/signed-in-response";
import { AUTH_ENDPOINTS, throttlesForRequest } from "@/lib/accounts/auth-endpoints";
import { signUp, signUpSchema } from "@/lib/accounts/sign-up";
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
      if (all === "sign-up/email") return answerSignUp(body, clientAddressOf(request));
      const offered = AUTH_ENDPOINTS.get(all);
      if (offered?.method !== "POST" || !offered.body) throw notFoundProblem();
      const checked = parseWithSchema(offered.body, body);
      const throttles = throttlesForRequest(all, String(checked.email ?? ""), clientAddressOf(request));
      await countAttempt(appContext(), throttles);
      const response = await forwardToBetterAuth(request, JSON.stringify(checked));
      if (response.ok) await refundSuccess(appContext(), throttles);
      return response;
    },
  }),
});

/** Better Auth has the same URL and bodies, but does not write the mail with the account. */
async function answerSignUp(body: unknown, address: string | null): Promise<Response> {
  const wanted = parseWithSchema(signUpSchema, body);
  await countAttempt(appContext(), throttlesForRequest("sign-up/email", wanted.email, address));
  const signedUp = await signUp(appContext(), wanted);
  if (signedUp === null) return jsonResponse({ token: null, user: null });
  return signedInResponse(signedUp, signedUp.token);
}

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
  const uncached = new Response(response.body, response);
  uncached.headers.set("cache-control", "private, no-store");
  return uncached;
}

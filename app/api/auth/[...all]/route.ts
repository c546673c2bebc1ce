import { z } from "zod";
import { appContext } from "@/app/_server/app-context";
import { loadAuth } from "@/app/_server/auth";
import { jsonResponse } from "@/app/_server/json-response";
import { clientAddressOf } from "@/app/_server/request-info";
import { endpoint, parseWithSchema, route } from "@/app/_server/route";
import {
  clearSecondStepCookie,
  readSecondStepCookie,
  setSecondStepCookie,
} from "@/app/_server/second-step-cookie";
import { signedInResponse } from "@/app/_server/signed-in-response";
import { AUTH_ENDPOINTS, throttlesForRequest } from "@/lib/accounts/auth-endpoints";
import { deviceNameOf } from "@/lib/accounts/device-name";
import { passkeyOptions, verifyPasskey } from "@/lib/accounts/passkey-sign-in";
import { checkFirstFactor, finishSecondStep } from "@/lib/accounts/second-step";
import { SUSPENDED_CODE, suspendedProblem } from "@/lib/accounts/session";
import { assertionSchema, codeSchema } from "@/lib/accounts/sign-in-schemas";
import { signUp, signUpSchema } from "@/lib/accounts/sign-up";
import { countAttempt, refundSuccess } from "@/lib/accounts/throttle";
import { notFoundProblem, Problem } from "@/lib/errors";

/**
 * The routes of Better Auth, with its own bodies and origin check, and those of the second factor.
 * This handler allows only the listed endpoints and limits the attempts.
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
      if (all === "sign-up/email") return answerSignUp(request, body);
      const offered = AUTH_ENDPOINTS.get(all);
      if (offered?.method !== "POST" || !offered.body) throw notFoundProblem();
      const checked = parseWithSchema(offered.body, body);
      const throttles = throttlesForRequest(all, String(checked.email ?? ""), clientAddressOf(request));
      await countAttempt(appContext(), throttles);
      const handle = OWN_ENDPOINTS.get(all) ?? forwardToBetterAuth;
      const response = await handle(request, checked);
      if (response.ok) await refundSuccess(appContext(), throttles);
      return response;
    },
  }),
});

type Handle = (request: Request, body: Record<string, unknown>) => Promise<Response>;

const OWN_ENDPOINTS: ReadonlyMap<string, Handle> = new Map<string, Handle>([
  ["sign-in/email", signInByPassword],
  ["sign-in/code", signInByCode],
  ["sign-in/passkey-options", async () => jsonResponse(passkeyOptions(appContext()))],
  ["sign-in/passkey", signInByPasskey],
]);

/** The body that Better Auth sends for an unknown address and for a wrong password. */
const WRONG_PASSWORD = { message: "Invalid email or password", code: "INVALID_EMAIL_OR_PASSWORD" };

/** A person with a second factor gets a cookie for the second step, and no session yet. */
async function signInByPassword(request: Request, body: Record<string, unknown>): Promise<Response> {
  const credentials = z.object({ email: z.string(), password: z.string() }).parse(body);
  const check = await checkFirstFactor(appContext(), credentials);
  if (check === null) return forwardToBetterAuth(request, body);
  if (!check.isRight) return jsonResponse(WRONG_PASSWORD, { status: 401 });
  return jsonResponse(
    { secondFactor: check.methods },
    { headers: { "set-cookie": setSecondStepCookie(check.token) } },
  );
}

async function signInByCode(request: Request, body: Record<string, unknown>): Promise<Response> {
  const { code } = codeSchema.parse(body);
  const token = readSecondStepCookie(request.headers.get("cookie"));
  const userId = await finishSecondStep(appContext(), token, code, clientAddressOf(request));
  const response = await startSession(request, { userId, signedInWith: "code" });
  response.headers.append("set-cookie", clearSecondStepCookie());
  return response;
}

async function signInByPasskey(request: Request, body: Record<string, unknown>): Promise<Response> {
  const { passkey } = z.object({ passkey: assertionSchema }).parse(body);
  const proved = await verifyPasskey(appContext(), passkey);
  const response = await startSession(request, { ...proved, signedInWith: "passkey" });
  response.headers.append("set-cookie", clearSecondStepCookie());
  return response;
}

async function startSession(
  { headers }: Request,
  body: { userId: string; signedInWith: "code" | "passkey"; passkeyId?: string },
): Promise<Response> {
  const auth = await loadAuth();
  return uncached(await auth.api.startSession({ body, headers, asResponse: true }));
}

/**
 * Better Auth has the same URL and bodies, but does not write the mail together with the account.
 */
async function answerSignUp(request: Request, body: unknown): Promise<Response> {
  const wanted = parseWithSchema(signUpSchema, body);
  await countAttempt(
    appContext(),
    throttlesForRequest("sign-up/email", wanted.email, clientAddressOf(request)),
  );
  const device = deviceNameOf(request.headers.get("user-agent"));
  const signedUp = await signUp(appContext(), wanted, device);
  if (signedUp === null) return jsonResponse({ token: null, user: null });
  return signedInResponse(request, signedUp.user.id, signedUp, signedUp.token);
}

async function forwardToBetterAuth(request: Request, body?: Record<string, unknown>): Promise<Response> {
  const headers = new Headers(request.headers);
  headers.delete("content-length");
  const auth = await loadAuth();
  const sent = body === undefined ? {} : { body: JSON.stringify(body) };
  const response = await auth.handler(new Request(request.url, { method: request.method, headers, ...sent }));
  return uncached(response);
}

async function uncached(response: Response): Promise<Response> {
  // Better Auth responds with 500 if the database is unavailable, and logs the reason.
  if (response.status >= 500)
    throw new Problem("unavailable", "Sign-in is unavailable right now. Try again in a moment.");
  if (response.status === 403 && (await response.clone().json())?.code === SUSPENDED_CODE)
    throw suspendedProblem();
  const copy = new Response(response.body, response);
  copy.headers.set("cache-control", "private, no-store");
  return copy;
}

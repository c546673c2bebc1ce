import { signSessionCookie } from "@/lib/accounts/session";
import { env } from "@/lib/config/env";
import { jsonResponse } from "./json-response";

/** Creates a response that signs the caller in with the token of a new session. */
export function signedInResponse(body: unknown, token: string): Response {
  const { APP_URL: appUrl, AUTH_SECRET: secret } = env();
  return jsonResponse(body, { headers: { "set-cookie": signSessionCookie({ appUrl, secret }, token) } });
}

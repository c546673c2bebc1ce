import { deviceCookieHeader, deviceCookieName } from "@/lib/accounts/known-devices";
import { readCookie, signSessionCookie } from "@/lib/accounts/session";
import { env } from "@/lib/config/env";
import { jsonResponse } from "./json-response";

/**
 * Creates a response that signs a new person in with the token of a session. The browser counts as
 * known to this person.
 */
export function signedInResponse(request: Request, userId: string, body: unknown, token: string): Response {
  const { APP_URL: appUrl, AUTH_SECRET: secret } = env();
  const response = jsonResponse(body, {
    headers: { "set-cookie": signSessionCookie({ appUrl, secret }, token) },
  });
  return withKnownDevice(request, response, userId);
}

/**
 * Lets the browser of a request count as known to a person, who has just proved the address. The
 * first sign-in there sends no mail about a new device.
 */
export function withKnownDevice({ headers }: Request, response: Response, userId: string): Response {
  const { APP_URL: appUrl, AUTH_SECRET: secret } = env();
  const known = readCookie(headers.get("cookie"), deviceCookieName(appUrl));
  const device = deviceCookieHeader({ appUrl, secret }, known, userId);
  if (device) response.headers.append("set-cookie", device);
  return response;
}

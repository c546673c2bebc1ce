import { env } from "@/lib/config/env";
import { LOCKED_DOWN_CSP, securityHeaders, transportPolicyOf } from "@/lib/security-headers";

let cachedHeaders: [string, string][] | undefined;

/** Adds the security headers that the response has not set itself. */
export function withSecurityHeaders(response: Response): Response {
  cachedHeaders ??= Object.entries({
    ...securityHeaders(transportPolicyOf(env())),
    "Content-Security-Policy": LOCKED_DOWN_CSP,
  });
  for (const [name, value] of cachedHeaders)
    if (!response.headers.has(name)) response.headers.set(name, value);
  return response;
}

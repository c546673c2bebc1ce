import { env } from "@/lib/config/env";
import { isHttps, LOCKED_DOWN_CSP, securityHeaders } from "@/lib/security-headers";

let cachedHeaders: [string, string][] | undefined;

/** Adds the security headers that the response has not set itself. */
export function withSecurityHeaders(response: Response): Response {
  cachedHeaders ??= Object.entries({
    ...securityHeaders({ https: isHttps(env().APP_URL) }),
    "Content-Security-Policy": LOCKED_DOWN_CSP,
  });
  for (const [name, value] of cachedHeaders)
    if (!response.headers.has(name)) response.headers.set(name, value);
  return response;
}

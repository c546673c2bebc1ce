import { env } from "@/lib/env";
import { isHttps, NOTHING_RUNS, securityHeaders } from "@/lib/security-headers";

let headers: [string, string][] | undefined;

/** The headers that every answer has; what the answer says itself stands. */
export function guarded(response: Response): Response {
  headers ??= Object.entries({
    ...securityHeaders({ https: isHttps(env().APP_URL) }),
    "Content-Security-Policy": NOTHING_RUNS,
  });
  for (const [name, value] of headers) if (!response.headers.has(name)) response.headers.set(name, value);
  return response;
}

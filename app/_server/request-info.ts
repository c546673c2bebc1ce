import type { ClientInfo } from "@/lib/audit/access-log";
import { env } from "@/lib/config/env";

/** Redirects to a signed URL. No cache stores it and no referrer contains it. */
export function redirectToSignedUrl(url: string): Response {
  return new Response(null, {
    status: 302,
    headers: { location: url, "cache-control": "private, no-store", "referrer-policy": "no-referrer" },
  });
}

/** Returns the IP address and user agent of a request, for the access log. */
export function clientInfoOf(request: Request): ClientInfo {
  return { address: clientAddressOf(request), userAgent: request.headers.get("user-agent") };
}

/**
 * Returns the IP address of the client. The HTTP server sets our header and removes a forged one.
 * Vercel runs no such server, so a client could forge our header there; Vercel sets its own.
 */
export function clientAddressOf({ headers }: { headers: Pick<Headers, "get"> }): string | null {
  return headers.get(env().VERCEL ? "x-vercel-forwarded-for" : "x-dossier-address");
}

/**
 * Tells whether the HTTP server is shutting down. It marks the last requests of open connections.
 */
export function isShuttingDown({ headers }: Request): boolean {
  return !env().VERCEL && headers.has("x-dossier-closing");
}

/** Returns the request id that the HTTP server or Vercel has set. */
export function readUpstreamRequestId(headers: Pick<Headers, "get">): string | null {
  return headers.get(env().VERCEL ? "x-vercel-id" : "x-dossier-request");
}

import { env } from "@/lib/config/env";
import type { ClientInfo } from "@/lib/audit/access-log";

/** Sends the browser to a signed address that nobody else is to learn of, and no cache to keep. */
export function redirectToSignedUrl(url: string): Response {
  return new Response(null, {
    status: 302,
    headers: { location: url, "cache-control": "private, no-store", "referrer-policy": "no-referrer" },
  });
}

/** Where a request comes from, for the register. */
export function clientInfoOf(request: Request): ClientInfo {
  return { address: clientAddressOf(request), userAgent: request.headers.get("user-agent") };
}

/**
 * The address of whoever called. The front writes it down, having removed what anybody else wrote there. No front stands before Next on
 * Vercel: there the platform says it, under a name that it takes from nobody, and what stands under ours is the caller's own invention.
 */
export function clientAddressOf({ headers }: Request): string | null {
  return headers.get(env().VERCEL ? "x-vercel-forwarded-for" : "x-dossier-address");
}

/** Whether the front has been told to end: it says so on the last requests of connections that are still open. */
export function isShuttingDown({ headers }: Request): boolean {
  return !env().VERCEL && headers.has("x-dossier-closing");
}

/** The id that was given to a request before it came here, by the front or by the platform; from nobody else. */
export function readUpstreamRequestId(headers: Pick<Headers, "get">): string | null {
  return headers.get(env().VERCEL ? "x-vercel-id" : "x-dossier-request");
}

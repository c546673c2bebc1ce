import type { Origin } from "@/lib/register/access";

/** Sends the browser to a signed address that nobody else is to learn of, and no cache to keep. */
export function handOver(url: string): Response {
  return new Response(null, {
    status: 302,
    headers: { location: url, "cache-control": "private, no-store", "referrer-policy": "no-referrer" },
  });
}

/** Where a request comes from. The front sets the address, having removed what anybody else wrote there; on Vercel the platform does. */
export function originOf(request: Request): Origin {
  return { address: callerAddress(request), userAgent: request.headers.get("user-agent") };
}

export function callerAddress({ headers }: Request): string | null {
  return headers.get("x-dossier-address") ?? headers.get("x-vercel-forwarded-for");
}

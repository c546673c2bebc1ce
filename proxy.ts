import { randomBytes } from "node:crypto";
import { type NextRequest, NextResponse } from "next/server";
import { buildContentSecurityPolicy } from "@/app/_server/content-security-policy";
import { cspSourcesOf } from "@/app/_server/csp-sources";
import { env } from "@/lib/config/env";
import { securityHeaders, transportPolicyOf } from "@/lib/security-headers";

/**
 * Next shows it in place of a page that failed. At this URL it is a 500 that caches keep for a
 * year.
 */
const ERROR_PAGE = "/_global-error";

/**
 * Sets the headers of pages. Each page and handler checks access itself, never this proxy (see
 * CVE-2025-29927). Next reads the nonce from the policy of the request and adds it to its scripts.
 */
export function proxy(request: NextRequest): NextResponse {
  const settings = env();
  const policy = buildContentSecurityPolicy({
    nonce: randomBytes(16).toString("base64"),
    isDevelopment: settings.NODE_ENV === "development",
    ...cspSourcesOf(settings),
  });
  const headers = new Headers(request.headers);
  headers.set("Content-Security-Policy", policy);
  const response =
    request.nextUrl.pathname === ERROR_PAGE
      ? NextResponse.rewrite(new URL("/_not-found", request.url), { request: { headers } })
      : NextResponse.next({ request: { headers } });
  response.headers.set("Content-Security-Policy", policy);
  for (const [name, value] of Object.entries(securityHeaders(transportPolicyOf(settings))))
    response.headers.set(name, value);
  return response;
}

export const config = {
  // Not `/api`: Next would cut bodies over 10 MB there. Not static files: they are no pages.
  matcher: ["/((?!api(?:/|$)|_next/static/).*)"],
};

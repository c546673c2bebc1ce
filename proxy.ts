import { randomBytes } from "node:crypto";
import { type NextRequest, NextResponse } from "next/server";
import { cspSourcesOf } from "@/app/_server/csp-sources";
import { buildContentSecurityPolicy } from "@/app/_server/content-security-policy";
import { env } from "@/lib/config/env";
import { isHttps, securityHeaders } from "@/lib/security-headers";

/**
 * Headers of pages, and nothing else: who may see what is asked by each page and handler, never here (CVE-2025-29927 is
 * what happens otherwise). Next reads the nonce from the request's policy and puts it on every script it writes.
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
  const response = NextResponse.next({ request: { headers } });
  response.headers.set("Content-Security-Policy", policy);
  for (const [name, value] of Object.entries(securityHeaders({ https: isHttps(settings.APP_URL) })))
    response.headers.set(name, value);
  return response;
}

export const config = {
  // Never `/api`: Next would cut bodies over 10 MB there. Nor the build's files, which are nobody's page.
  matcher: ["/((?!api(?:/|$)|_next/static/).*)"],
};

/** Two years, as browsers' own lists ask for. */
const HSTS_VALUE = "max-age=63072000; includeSubDomains";

/** What a page may do at most, where nothing on it runs or loads: answers of the interface, static files, errors. */
export const LOCKED_DOWN_CSP = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/**
 * Headers of every answer, errors included, whoever gives it: a page, the interface, the front. The policy of a page with its nonce comes on top.
 * `https`: whether people reach the site that way; without it HSTS would lock them out. https://owasp.org/www-project-secure-headers/
 */
export function securityHeaders({ https }: { https: boolean }): Record<string, string> {
  return {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy":
      "camera=(), microphone=(), geolocation=(), payment=(), usb=(), browsing-topics=(), " +
      "publickey-credentials-create=(self), publickey-credentials-get=(self)",
    ...(https ? { "Strict-Transport-Security": HSTS_VALUE } : {}),
  };
}

export function isHttps(appUrl: string): boolean {
  return appUrl.startsWith("https:");
}

/** Two years, as the preload lists of browsers require. */
const HSTS_VALUE = "max-age=63072000; includeSubDomains";

/** The policy of responses that run and load nothing: JSON, static files, errors. */
export const LOCKED_DOWN_CSP =
  "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/**
 * Returns the headers of every response, errors included. A page adds its policy with a nonce.
 * `https`: whether the site is reached by HTTPS. On an HTTP site, HSTS would lock people out.
 * https://owasp.org/www-project-secure-headers/
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

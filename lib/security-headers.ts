/** Two years, as the preload lists of browsers require. */
const HSTS_VALUE = "max-age=63072000";

/** The policy of responses that run and load nothing: JSON, static files, errors. */
export const LOCKED_DOWN_CSP =
  "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

export type TransportPolicy = {
  /** Whether the site is reached by HTTPS. On an HTTP site, HSTS would lock people out. */
  https: boolean;
  /** Whether HSTS covers the names below the site's. Default: true. */
  hstsSubdomains?: boolean;
};

/** Reads the policy from the settings. */
export function transportPolicyOf(env: { APP_URL: string; HSTS_SUBDOMAINS: boolean }): TransportPolicy {
  return { https: env.APP_URL.startsWith("https:"), hstsSubdomains: env.HSTS_SUBDOMAINS };
}

/**
 * Returns the headers of every response, errors included. A page adds its policy with a nonce.
 * https://owasp.org/www-project-secure-headers/
 */
export function securityHeaders({ https, hstsSubdomains = true }: TransportPolicy): Record<string, string> {
  return {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy":
      "camera=(), microphone=(), geolocation=(), payment=(), usb=(), browsing-topics=(), " +
      "publickey-credentials-create=(self), publickey-credentials-get=(self)",
    ...(https
      ? { "Strict-Transport-Security": hstsSubdomains ? `${HSTS_VALUE}; includeSubDomains` : HSTS_VALUE }
      : {}),
  };
}

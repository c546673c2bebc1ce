export type CspOptions = {
  /** Fresh for every response, base64. */
  nonce: string;
  /** `next dev` evaluates code and injects styles for its overlay. */
  isDevelopment: boolean;
  /** Addresses outside this site that pictures come from: media host, store. */
  images: readonly string[];
  /** Addresses outside this site that uploads go to. */
  uploads: readonly string[];
  /** Addresses outside this site that the build's own files come from. */
  assets: readonly string[];
};

/**
 * The policy of every page. Scripts run by nonce and by what those load; styles come from this site or carry the nonce.
 * Only the `style` attribute stays open, which Next's and React's server output needs and which loads nothing:
 * https://www.w3.org/TR/CSP3/#directive-style-src-attr
 */
export function buildContentSecurityPolicy({
  nonce,
  isDevelopment: development,
  images,
  uploads,
  assets,
}: CspOptions): string {
  const directives: Record<string, readonly string[]> = {
    "default-src": ["'self'"],
    "script-src": [
      "'self'",
      ...assets,
      `'nonce-${nonce}'`,
      "'strict-dynamic'",
      ...(development ? ["'unsafe-eval'"] : []),
    ],
    "script-src-attr": ["'none'"],
    "style-src": ["'self'", ...assets, ...(development ? ["'unsafe-inline'"] : [`'nonce-${nonce}'`])],
    "style-src-attr": ["'unsafe-inline'"],
    "img-src": ["'self'", ...assets, "blob:", "data:", ...images],
    "font-src": ["'self'", ...assets],
    "connect-src": ["'self'", ...uploads],
    "worker-src": ["'self'", "blob:"],
    "frame-src": ["'none'"],
    "object-src": ["'none'"],
    "base-uri": ["'none'"],
    "form-action": ["'self'"],
    "frame-ancestors": ["'none'"],
  };
  return Object.entries(directives)
    .map(([name, sources]) => [name, ...new Set(sources)].join(" "))
    .join("; ");
}

export type CspOptions = {
  /** New for every response, base64. */
  nonce: string;
  /** `next dev` evaluates code and injects styles for its overlay. */
  isDevelopment: boolean;
  /** URLs outside this site that pictures come from: the media host and the store. */
  images: readonly string[];
  /** URLs outside this site that uploads go to. */
  uploads: readonly string[];
  /** URLs outside this site that the build's static files come from. */
  assets: readonly string[];
};

/**
 * Builds the policy of a page. Scripts need the nonce, or a script with the nonce loads them.
 * Styles come from this site or need the nonce. The `style` attribute is allowed, because the
 * server output of Next and React needs it and it loads nothing:
 * https://www.w3.org/TR/CSP3/#directive-style-src-attr
 */
export function buildContentSecurityPolicy({
  nonce,
  isDevelopment,
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
      ...(isDevelopment ? ["'unsafe-eval'"] : []),
    ],
    "script-src-attr": ["'none'"],
    "style-src": ["'self'", ...assets, ...(isDevelopment ? ["'unsafe-inline'"] : [`'nonce-${nonce}'`])],
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

type RequestContext = { get?: () => { headers?: Record<string, string | undefined> } | undefined };

/**
 * Returns Vercel's OIDC token for this deployment. It comes with each request, at the place where
 * Vercel's own package (@vercel/oidc) reads it. In builds and after `vercel env pull` it is an
 * environment variable. Throws if there is none. https://vercel.com/docs/oidc/reference
 */
export function readVercelToken(variable: string | undefined): string {
  const context: RequestContext | undefined = Reflect.get(globalThis, Symbol.for("@vercel/request-context"));
  const token = context?.get?.()?.headers?.["x-vercel-oidc-token"] ?? variable;
  if (token) return token;
  throw new Error("The request has no token from Vercel. Switch on OIDC for the project.");
}

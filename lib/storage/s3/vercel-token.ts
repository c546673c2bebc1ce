type RequestContext = { get?: () => { headers?: Record<string, string | undefined> } | undefined };

/**
 * The token by which Vercel vouches for this deployment: it comes with each request, and is found where Vercel's own package (@vercel/oidc) finds
 * it; in builds and after `vercel env pull` it is a variable instead. Throws where there is none.
 * https://vercel.com/docs/oidc/reference
 */
export function readVercelToken(variable: string | undefined): string {
  const context: RequestContext | undefined = Reflect.get(globalThis, Symbol.for("@vercel/request-context"));
  const token = context?.get?.()?.headers?.["x-vercel-oidc-token"] ?? variable;
  if (token) return token;
  throw new Error("No token of Vercel's came with the request: is OIDC switched on for the project?");
}

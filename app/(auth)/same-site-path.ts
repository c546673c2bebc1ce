/**
 * A `?next=` that may be followed after signing in: a path on this site, as the browser will understand it, or null.
 * Browsers read "/\evil.org", "/\t/evil.org" and "/.//evil.org" as another host or as a path that becomes one, so what
 * counts is the parsed result and not how the text begins.
 */
export function parseSameSitePath(next: string | null | undefined): string | null {
  if (!next?.startsWith("/")) return null;
  const base = "https://same-site.invalid";
  if (!URL.canParse(next, base)) return null;
  const url = new URL(next, base);
  if (url.origin !== base || url.pathname.startsWith("//")) return null;
  // Neither a loop nor a page of JSON is where anybody wanted to go.
  if (/^\/(api|sign-in|sign-up)(\/|$)/.test(url.pathname)) return null;
  return `${url.pathname}${url.search}${url.hash}`;
}

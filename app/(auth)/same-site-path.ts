/**
 * Parses a `?next=` for the redirect after the sign-in: a path on this site, or null.
 * Browsers read "/\evil.org", "/\t/evil.org" and "/.//evil.org" as another host, or as a path that
 * becomes one. So this function checks the parsed URL and not the start of the text.
 */
export function parseSameSitePath(next: string | null | undefined): string | null {
  if (!next?.startsWith("/")) return null;
  const base = "https://same-site.invalid";
  if (!URL.canParse(next, base)) return null;
  const url = new URL(next, base);
  if (url.origin !== base || url.pathname.startsWith("//")) return null;
  // No loop through the sign-in page, and no page of JSON.
  if (/^\/(api|sign-in|sign-up|recover|verify|join)(\/|$)/.test(url.pathname)) return null;
  return `${url.pathname}${url.search}${url.hash}`;
}

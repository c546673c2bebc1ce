import { macFor } from "./signed-token";

/** People who share a browser. The earliest is forgotten. */
const MAX_PEOPLE = 5;
/** Browsers keep no cookie for longer. Seconds. */
const COOKIE_SECONDS = 400 * 24 * 3600;

type Site = { appUrl: string; secret: string };

export function deviceCookieName(appUrl: string): string {
  return appUrl.startsWith("https:") ? "__Host-dossier-device" : "dossier-device";
}

/**
 * Returns the cookie that lets this browser be recognized at the next sign-in of a person; null if
 * it is known already. The cookie has a signature for each person who has signed in there. It names
 * no person, and it is worth nothing for a sign-in.
 */
export function rememberedDevice({ appUrl, secret }: Site, cookie: string | null, userId: string) {
  const known = (cookie ?? "").split("~").filter(Boolean);
  const signature = macFor(secret, "known device", userId);
  if (known.includes(signature)) return null;
  return {
    name: deviceCookieName(appUrl),
    value: [signature, ...known].slice(0, MAX_PEOPLE).join("~"),
    attributes: {
      httpOnly: true,
      sameSite: "lax",
      secure: appUrl.startsWith("https:"),
      path: "/",
      maxAge: COOKIE_SECONDS,
    } as const,
  };
}

/** Returns the Set-Cookie header of `rememberedDevice`. */
export function deviceCookieHeader(site: Site, cookie: string | null, userId: string): string | null {
  const remembered = rememberedDevice(site, cookie, userId);
  if (!remembered) return null;
  const { name, value, attributes } = remembered;
  const secure = attributes.secure ? "; Secure" : "";
  return `${name}=${value}; Max-Age=${attributes.maxAge}; Path=/; HttpOnly; SameSite=Lax${secure}`;
}

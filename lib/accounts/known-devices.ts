import { createAuthMiddleware } from "better-auth/api";
import { macFor } from "./signed-token";

/** People who share a browser. The earliest is forgotten. */
const MAX_PEOPLE = 5;
/** Browsers keep no cookie for longer. Seconds. */
const COOKIE_SECONDS = 400 * 24 * 3600;

type Settings = {
  appUrl: string;
  secret: string;
  onNewDevice?: (userId: string, device: string) => Promise<unknown>;
};

/**
 * Builds the hook that recognizes browsers: a cookie has a signature for each person who has signed
 * in there. It names nobody, and it is worth nothing for a sign-in. A first sign-in tells the person,
 * except the sign-up itself.
 */
export function rememberDevice({ appUrl, secret, onNewDevice }: Settings) {
  const isSecure = appUrl.startsWith("https:");
  const name = isSecure ? "__Host-dossier-device" : "dossier-device";
  return createAuthMiddleware(async (ctx) => {
    const started = ctx.context.newSession;
    if (!started) return;
    const { id } = started.user;
    const known = (ctx.getCookie(name) ?? "").split("~").filter(Boolean);
    const signature = macFor(secret, "known device", id);
    if (known.includes(signature)) return;
    const value = [signature, ...known].slice(0, MAX_PEOPLE).join("~");
    const attributes = { httpOnly: true, sameSite: "lax", secure: isSecure, path: "/" } as const;
    ctx.setCookie(name, value, { ...attributes, maxAge: COOKIE_SECONDS });
    if (ctx.path === "/sign-up/email") return;
    await onNewDevice?.(id, String(started.session.device ?? ""));
  });
}

import { readCookie, sessionCookieName, sessionToken, viewerOf } from "@/lib/accounts/session";
import type { Viewer } from "@/lib/accounts/viewer";
import { env } from "@/lib/env";
import { clock, db } from "./services";

/** The raw session cookie of a request, whatever it is worth. */
export function sessionCookie(cookieHeader: string | null): string | null {
  return readCookie(cookieHeader, sessionCookieName(env().APP_URL));
}

/** Who sends this cookie header, read from the database; null for nobody. */
export async function viewerFrom(cookieHeader: string | null): Promise<Viewer | null> {
  const cookie = sessionCookie(cookieHeader);
  const token = cookie === null ? null : sessionToken(cookie, env().AUTH_SECRET);
  return token === null ? null : viewerOf({ db: db(), clock }, token);
}

import { readCookie, sessionCookieName, verifySessionCookie, findViewer } from "@/lib/accounts/session";
import type { Viewer } from "@/lib/permissions/viewer";
import { env } from "@/lib/config/env";
import { clock, db } from "./app-context";

/** The raw session cookie of a request, whatever it is worth. */
export function readSessionCookie(cookieHeader: string | null): string | null {
  return readCookie(cookieHeader, sessionCookieName(env().APP_URL));
}

/** Who sends this cookie header, read from the database; null for nobody. */
export async function findViewerByCookie(cookieHeader: string | null): Promise<Viewer | null> {
  const cookie = readSessionCookie(cookieHeader);
  const token = cookie === null ? null : verifySessionCookie(cookie, env().AUTH_SECRET);
  return token === null ? null : findViewer({ db: db(), clock }, token);
}

import { findViewer, readCookie, sessionCookieName, verifySessionCookie } from "@/lib/accounts/session";
import { env } from "@/lib/config/env";
import type { Viewer } from "@/lib/permissions/viewer";
import { clock, db } from "./app-context";

/** Reads the raw session cookie of a request, without verifying it. */
export function readSessionCookie(cookieHeader: string | null): string | null {
  return readCookie(cookieHeader, sessionCookieName(env().APP_URL));
}

/** Finds the viewer of a cookie header in the database; null without a valid session. */
export async function findViewerByCookie(cookieHeader: string | null): Promise<Viewer | null> {
  const cookie = readSessionCookie(cookieHeader);
  const token = cookie === null ? null : verifySessionCookie(cookie, env().AUTH_SECRET);
  return token === null ? null : findViewer({ db: db(), clock }, token);
}

import type { OwnSession } from "@/lib/accounts/second-factors";
import { findViewer, readCookie, sessionCookieName, verifySessionCookie } from "@/lib/accounts/session";
import { env } from "@/lib/config/env";
import { unauthenticatedProblem } from "@/lib/errors";
import type { Viewer } from "@/lib/permissions/viewer";
import { clock, db } from "./app-context";

/** Reads the raw session cookie of a request, without verifying it. */
export function readSessionCookie(cookieHeader: string | null): string | null {
  return readCookie(cookieHeader, sessionCookieName(env().APP_URL));
}

/** Returns the token of a cookie that this server has signed, else null. Makes no query. */
export function readSessionToken(cookieHeader: string | null): string | null {
  const cookie = readSessionCookie(cookieHeader);
  return cookie === null ? null : verifySessionCookie(cookie, env().AUTH_SECRET);
}

/** Returns the viewer with the token of the session that the request has. */
export function ownSessionOf(headers: Pick<Headers, "get">, viewer: Viewer): OwnSession {
  const token = readSessionToken(headers.get("cookie"));
  if (token === null) throw unauthenticatedProblem();
  return { viewer, token };
}

/** Finds the viewer of a cookie header in the database; null without a valid session. */
export async function findViewerByCookie(cookieHeader: string | null): Promise<Viewer | null> {
  const token = readSessionToken(cookieHeader);
  return token === null ? null : findViewer({ db: db(), clock }, token);
}

import { createHmac, timingSafeEqual } from "node:crypto";
import type { Clock } from "../clock";
import type { Db } from "../db/client";
import { Problem } from "../errors";
import type { Viewer } from "../permissions/viewer";
import { SESSION_SECONDS } from "./create-session";

/**
 * `__Host-` binds the cookie to this host, to `/` and to HTTPS. Browsers accept it only over HTTPS.
 * https://developer.mozilla.org/docs/Web/HTTP/Reference/Headers/Set-Cookie#cookie_prefixes
 */
export function sessionCookieName(appUrl: string): string {
  return appUrl.startsWith("https:") ? "__Host-dossier-session" : "dossier-session";
}

/** Returns the raw value of a cookie, or null. Of two cookies with one name the first counts. */
export function readCookie(header: string | null, name: string): string | null {
  for (const pair of header?.split(";") ?? []) {
    const equals = pair.indexOf("=");
    if (equals > 0 && pair.slice(0, equals).trim() === name) return pair.slice(equals + 1).trim();
  }
  return null;
}

/**
 * Returns the token of Better Auth's signed cookie, or null for a forged one, before any query. The
 * cookie is `encodeURIComponent(token + "." + base64(HMAC-SHA256(token)))`.
 */
export function verifySessionCookie(cookie: string, secret: string): string | null {
  let value: string;
  try {
    value = decodeURIComponent(cookie);
  } catch {
    return null;
  }
  const dot = value.lastIndexOf(".");
  if (dot < 1) return null;
  const token = value.slice(0, dot);
  const signature = Buffer.from(value.slice(dot + 1), "base64");
  const expected = createHmac("sha256", secret).update(token).digest();
  return signature.length === expected.length && timingSafeEqual(signature, expected) ? token : null;
}

/** Signs a token as `verifySessionCookie` expects it. Returns the value of a Set-Cookie header. */
export function signSessionCookie(
  { appUrl, secret }: { appUrl: string; secret: string },
  token: string,
): string {
  const signature = createHmac("sha256", secret).update(token).digest("base64");
  const value = encodeURIComponent(`${token}.${signature}`);
  const secure = appUrl.startsWith("https:") ? "; Secure" : "";
  return `${sessionCookieName(appUrl)}=${value}; Max-Age=${SESSION_SECONDS}; Path=/; HttpOnly; SameSite=Lax${secure}`;
}

/** What a request proves without a query: the token of its verified cookie. */
export type SessionRef = {
  token: string;
  /** The id of the person that the page was drawn for, if it names one. */
  person: string | null;
};

/**
 * Condition on rows `s` of "Session" and `u` of "User" for a token `$1` at a time `$2`. A sign-in
 * may create a session while an admin suspends the person, while the erasure of the account starts,
 * or by password alone while the person adds a second factor; no such session is valid.
 */
export const IS_VALID_SESSION = `s.token = $1 AND s."expiresAt" > $2 AND u."erasureStartedAt" IS NULL
  AND u."suspendedAt" IS NULL AND (s."signedInWith" <> 'password' OR NOT u."hasSecondFactor")`;

const VIEWER_SQL = `
  SELECT u.id, u.name, u.email, u.handle, u.role::text AS role, u."workName", u."hasSecondFactor",
         ARRAY(SELECT field FROM "Grant" WHERE "userId" = u.id) AS grants, s."updatedAt" AS "seenAt"
  FROM "Session" s JOIN "User" u ON u.id = s."userId"
  WHERE ${IS_VALID_SESSION}`;

/**
 * Finds the viewer of a session with role and grants, or null after its end. It is one query: the
 * `getSession` of Better Auth makes two and costs 2 ms at every request.
 */
export async function findViewer(
  { db, clock }: { db: Db; clock: Clock },
  token: string,
): Promise<Viewer | null> {
  const now = clock.now();
  const { rows } = await db.pool.query<Viewer & { seenAt: Date }>(VIEWER_SQL, [token, now]);
  if (!rows[0]) return null;
  const { seenAt, ...viewer } = rows[0];
  if (now.getTime() - seenAt.getTime() >= SEEN_EVERY_SECONDS * 1000)
    await db.session.updateMany({ where: { token, updatedAt: seenAt }, data: { updatedAt: now } });
  return viewer;
}

/** How exactly a session knows its last use. Seconds. */
const SEEN_EVERY_SECONDS = 3600;
/** The code in a response of Better Auth to a sign-in of a suspended person. */
export const SUSPENDED_CODE = "suspended";

export function suspendedProblem(): Problem {
  return new Problem("suspended", "Your account is suspended. Ask the organisation that you belong to.");
}

/** How old a sign-in may be for an action that asks for a fresh one. Seconds. */
const FRESH_SECONDS = 12 * 3600;

/**
 * Requires that the person of a valid session signed in, or proved again who they are, within the
 * last 12 hours. Errors: fresh_session_required.
 */
export async function requireFreshSession(
  { db, clock }: { db: Db; clock: Clock },
  token: string,
): Promise<void> {
  const session = await db.session.findUnique({
    where: { token },
    select: { createdAt: true, confirmedAt: true },
  });
  const oldest = new Date(clock.now().getTime() - FRESH_SECONDS * 1000);
  if (session && (session.confirmedAt ?? session.createdAt) >= oldest) return;
  throw new Problem(
    "fresh_session_required",
    "Your last sign-in was more than 12 hours ago. Sign in again. Then try again.",
  );
}

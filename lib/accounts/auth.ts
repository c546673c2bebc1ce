import { betterAuth } from "better-auth";
import { prismaAdapter } from "better-auth/adapters/prisma";
import { APIError } from "better-auth/api";
import { type Clock, systemClock } from "../clock";
import type { Db } from "../db/client";
import { newId } from "../id";
import { type Log, silentLog } from "../observability/log";
import { serializeError } from "../observability/serialize-error";
import { singleLineText } from "../text-schemas";
import { findFreeHandle } from "./handle";
import { SUSPENDED_CODE, sessionCookieName } from "./session";

export type AuthSettings = {
  appUrl: string;
  secret: string;
  log?: Log;
  /** The clock that ends sessions. Better Auth itself reads that of the system. */
  clock?: Clock;
  /** Whether all new people are the demo's. The seed alone says so. */
  demo?: boolean;
  /** Runs after each sign-in and sign-up, before the response. */
  onSignIn?: (userId: string) => Promise<unknown>;
};

export const personNameSchema = singleLineText({ min: 1, max: 100 });

/**
 * Creates Better Auth for sign-up, sign-in and sign-out by e-mail and password. Other features are
 * off: `session.ts` reads sessions, `profile.ts` changes profiles, `throttle.ts` counts attempts.
 */
export function createAuth(
  db: Db,
  { appUrl, secret, log = silentLog, clock = systemClock, demo = false, onSignIn }: AuthSettings,
) {
  const https = appUrl.startsWith("https:");
  return betterAuth({
    appName: "Dossier",
    baseURL: appUrl,
    basePath: "/api/auth",
    secret,
    trustedOrigins: [new URL(appUrl).origin],
    database: prismaAdapter(db, { provider: "postgresql" }),
    emailAndPassword: { enabled: true, minPasswordLength: 10, maxPasswordLength: 256, autoSignIn: true },
    disabledPaths: [
      "/update-user",
      "/change-email",
      "/delete-user",
      "/delete-user/callback",
      "/update-session",
    ],
    // No cookie cache: a cached session would outlive a changed role.
    session: { expiresIn: 7 * 24 * 3600, updateAge: 24 * 3600, cookieCache: { enabled: false } },
    rateLimit: { enabled: false },
    user: {
      additionalFields: {
        role: { type: "string", input: false, returned: true, defaultValue: "member" },
        handle: { type: "string", input: false, returned: true, required: false },
        // Written with the row itself: an interrupted seed leaves no person without the marker.
        demo: { type: "boolean", input: false, returned: false, defaultValue: demo },
      },
    },
    databaseHooks: {
      user: {
        create: {
          before: async (user) => {
            const name = personNameSchema.safeParse(user.name);
            if (!name.success) {
              throw new APIError("UNPROCESSABLE_ENTITY", {
                code: "INVALID_NAME",
                message: "Please give a name of 1 to 100 characters on one line.",
              });
            }
            const handle = await findFreeHandle(db, name.data);
            return { data: { ...user, name: name.data, handle, image: null } };
          },
        },
      },
      // Only the access log needs IP addresses and user agents.
      session: {
        create: {
          before: async (session) => {
            await rejectSuspendedPerson(db, session.userId);
            return {
              data: {
                ...session,
                expiresAt: inOurTime(session.expiresAt, clock),
                createdAt: clock.now(),
                ipAddress: null,
                userAgent: null,
              },
            };
          },
          after: async ({ userId }) => {
            await endOldestSessions(db, userId);
            await onSignIn?.(userId);
          },
        },
      },
    },
    advanced: {
      useSecureCookies: false,
      database: { generateId: newId },
      ipAddress: { disableIpTracking: true },
      cookies: {
        session_token: {
          name: sessionCookieName(appUrl),
          attributes: { httpOnly: true, sameSite: "lax", secure: https, path: "/" },
        },
      },
    },
    telemetry: { enabled: false },
    // Its messages contain e-mail addresses, and its arguments contain requests.
    logger: {
      log: (level, _message, ...args) => {
        if (level !== "error") return;
        const error = args.find((arg) => arg instanceof Error);
        log.error("Better Auth reported an error.", error ? { error: serializeError(error) } : {});
      },
    },
  });
}

/** Only who has proved the password, or a link, learns of the suspension. */
async function rejectSuspendedPerson(db: Db, id: string): Promise<void> {
  const suspended = await db.user.count({ where: { id, suspendedAt: { not: null } } });
  if (suspended > 0) throw new APIError("FORBIDDEN", { code: SUSPENDED_CODE });
}

/** Returns the instant that is as far from our clock's time as `instant` is from the system's. */
function inOurTime(instant: Date, clock: Clock): Date {
  return new Date(clock.now().getTime() + instant.getTime() - Date.now());
}

const MAX_SESSIONS = 20;

/**
 * The last of concurrent sign-ins sees all their sessions, because each runs this after its own.
 */
async function endOldestSessions(db: Db, userId: string): Promise<void> {
  await db.$executeRaw`
    DELETE FROM "Session" WHERE id IN (
      SELECT id FROM "Session" WHERE "userId" = ${userId}::uuid
      ORDER BY "createdAt" DESC, id DESC OFFSET ${MAX_SESSIONS})`;
}

export type Auth = ReturnType<typeof createAuth>;

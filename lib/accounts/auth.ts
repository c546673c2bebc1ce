import { betterAuth } from "better-auth";
import { prismaAdapter } from "better-auth/adapters/prisma";
import { APIError, createAuthMiddleware } from "better-auth/api";
import { type Clock, systemClock } from "../clock";
import type { Db } from "../db/client";
import { newId } from "../id";
import { type Log, silentLog } from "../observability/log";
import { serializeError } from "../observability/serialize-error";
import { endOldestSessions, SESSION_SECONDS } from "./create-session";
import { deviceNameOf } from "./device-name";
import { deviceCookieName, rememberedDevice } from "./known-devices";
import { SUSPENDED_CODE, sessionCookieName } from "./session";
import { sessionStarter } from "./session-starter";

export type AuthSettings = {
  appUrl: string;
  secret: string;
  log?: Log;
  /** The clock that ends sessions. Better Auth itself reads that of the system. */
  clock?: Clock;
  /** Sends the link that proves an address. With it, a sign-in needs a verified address. */
  sendVerification?: (person: { id: string; email: string }) => Promise<unknown>;
  /** Runs after each sign-in, before the response. */
  onSignIn?: (userId: string) => Promise<unknown>;
  /** Runs after a sign-in in a browser that this account has not used before. */
  onNewDevice?: (userId: string, device: string) => Promise<unknown>;
};

/**
 * Creates Better Auth for sign-in and sign-out by e-mail and password, and for the session of a
 * sign-in with a second factor. Other features are off: `sign-up.ts` creates accounts, `session.ts`
 * reads sessions, `profile.ts` changes profiles, `throttle.ts` counts attempts, `second-step.ts`
 * and `passkey-sign-in.ts` check second factors.
 */
export function createAuth(
  db: Db,
  { appUrl, secret, log = silentLog, clock = systemClock, sendVerification, ...events }: AuthSettings,
) {
  const https = appUrl.startsWith("https:");
  return betterAuth({
    appName: "Dossier",
    baseURL: appUrl,
    basePath: "/api/auth",
    secret,
    trustedOrigins: [new URL(appUrl).origin],
    database: prismaAdapter(db, { provider: "postgresql" }),
    emailAndPassword: {
      enabled: true,
      disableSignUp: true,
      requireEmailVerification: sendVerification !== undefined,
    },
    ...(sendVerification
      ? {
          // We do not use its own token and URL.
          emailVerification: {
            sendOnSignIn: true,
            sendVerificationEmail: async ({ user: { id, email } }) =>
              void (await sendVerification({ id, email })),
          },
        }
      : {}),
    disabledPaths: [
      "/update-user",
      "/change-email",
      "/delete-user",
      "/delete-user/callback",
      "/update-session",
    ],
    // No cookie cache: a cached session would outlive a changed role.
    session: {
      expiresIn: SESSION_SECONDS,
      updateAge: 24 * 3600,
      cookieCache: { enabled: false },
      additionalFields: {
        device: { type: "string", input: false, required: false },
        signedInWith: { type: "string", input: false, required: false },
        passkeyId: { type: "string", input: false, required: false, returned: false },
      },
    },
    rateLimit: { enabled: false },
    user: {
      additionalFields: {
        role: { type: "string", input: false, returned: true, defaultValue: "member" },
        handle: { type: "string", input: false, returned: true, required: false },
      },
    },
    databaseHooks: {
      // Only the access log needs IP addresses and user agents.
      session: {
        create: {
          before: async (session) => {
            await rejectSuspendedPerson(db, session.userId);
            return {
              data: {
                ...session,
                device: deviceNameOf(session.userAgent),
                expiresAt: inOurTime(session.expiresAt, clock),
                createdAt: clock.now(),
                updatedAt: clock.now(),
                ipAddress: null,
                userAgent: null,
              },
            };
          },
          after: async ({ userId }) => {
            await endOldestSessions(db, userId);
            await events.onSignIn?.(userId);
          },
        },
      },
    },
    hooks: { after: rememberDevice({ appUrl, secret, ...events }) },
    plugins: [sessionStarter],
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

/** Builds the hook that recognizes browsers, and tells a person about a new one. */
function rememberDevice({ appUrl, secret, onNewDevice }: AuthSettings) {
  return createAuthMiddleware(async (ctx) => {
    const started = ctx.context.newSession;
    if (!started) return;
    const known = ctx.getCookie(deviceCookieName(appUrl)) ?? null;
    const cookie = rememberedDevice({ appUrl, secret }, known, started.user.id);
    if (!cookie) return;
    ctx.setCookie(cookie.name, cookie.value, cookie.attributes);
    await onNewDevice?.(started.user.id, String(started.session.device ?? ""));
  });
}

/** Returns the instant that is as far from our clock's time as `instant` is from the system's. */
function inOurTime(instant: Date, clock: Clock): Date {
  return new Date(clock.now().getTime() + instant.getTime() - Date.now());
}

export type Auth = ReturnType<typeof createAuth>;

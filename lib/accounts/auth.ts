import { betterAuth } from "better-auth";
import { prismaAdapter } from "better-auth/adapters/prisma";
import { APIError } from "better-auth/api";
import type { Db } from "../db/client";
import { newId } from "../id";
import { type Log, silentLog } from "../observability/log";
import { serializeError } from "../observability/serialize-error";
import { singleLineText } from "../text-schemas";
import { suggestHandle } from "./handle";
import { sessionCookieName } from "./session";

export type AuthSettings = { appUrl: string; secret: string; log?: Log };

export const personNameSchema = singleLineText({ min: 1, max: 100 });

/**
 * Better Auth: sign-up, sign-in, sign-out by e-mail and password. Sessions are read by `session.ts`, profiles are changed by
 * `profile.ts`, tries are counted by `throttle.ts`; what it offers beyond that is switched off rather than left open.
 */
export function createAuth(db: Db, { appUrl, secret, log = silentLog }: AuthSettings) {
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
    // Read from the database at every request: a cached session would outlive a ban or a changed role.
    session: { expiresIn: 7 * 24 * 3600, updateAge: 24 * 3600, cookieCache: { enabled: false } },
    rateLimit: { enabled: false },
    user: {
      additionalFields: {
        role: { type: "string", input: false, returned: true, defaultValue: "member" },
        handle: { type: "string", input: false, returned: true, required: false },
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
            return { data: { ...user, name: name.data, handle: suggestHandle(name.data), image: null } };
          },
        },
      },
      // Where people signed in from is kept on the access register only, where it has a purpose.
      session: {
        create: { before: async (session) => ({ data: { ...session, ipAddress: null, userAgent: null } }) },
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
    // It puts addresses into its sentences, and requests into what comes after them.
    logger: {
      log: (level, _message, ...more) => {
        if (level !== "error") return;
        const error = more.find((one) => one instanceof Error);
        log.error("Signing in and up says that something failed.", error ? { error: serializeError(error) } : {});
      },
    },
  });
}

export type Auth = ReturnType<typeof createAuth>;

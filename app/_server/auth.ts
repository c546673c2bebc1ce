import type { Auth } from "@/lib/accounts/auth";
import { sendVerification } from "@/lib/accounts/verify-address";
import { env } from "@/lib/config/env";
import { reportNewDevice } from "@/lib/mail/new-device";
import { comeBackAtSignIn } from "@/lib/rights/leave";
import { appContext, clock, db } from "./app-context";
import { log } from "./log";

let authPromise: Promise<Auth> | undefined;

/**
 * Loads Better Auth for its own routes with the first request that needs it. It has 600 files, so a
 * function that starts rejects other requests without it. Sessions are read without it.
 */
export function loadAuth(): Promise<Auth> {
  authPromise ??= import("@/lib/accounts/auth").then(({ createAuth }) =>
    createAuth(db(), {
      appUrl: env().APP_URL,
      secret: env().AUTH_SECRET,
      log: log(),
      clock,
      onSignIn: (userId) => comeBackAtSignIn(appContext(), userId),
      onNewDevice: (userId, device) => reportNewDevice(appContext(), userId, device),
      ...(appContext().verifiesAddresses
        ? {
            sendVerification: (person: { id: string; email: string }) =>
              db().$transaction((tx) => sendVerification(tx, appContext(), person)),
          }
        : {}),
    }),
  );
  return authPromise;
}

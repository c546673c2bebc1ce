import type { Auth } from "@/lib/accounts/auth";
import { env } from "@/lib/config/env";
import { log } from "./log";
import { db } from "./app-context";

let authPromise: Promise<Auth> | undefined;

/**
 * Better Auth, for its own routes only: sessions are read without it, and most routes never load it. It is loaded with the first request that
 * comes as far as this, 600 files of it: a function that starts answers what it refuses without them.
 */
export function loadAuth(): Promise<Auth> {
  authPromise ??= import("@/lib/accounts/auth").then(({ createAuth }) =>
    createAuth(db(), { appUrl: env().APP_URL, secret: env().AUTH_SECRET, log: log() }),
  );
  return authPromise;
}

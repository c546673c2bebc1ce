import { type Auth, createAuth } from "@/lib/accounts/auth";
import { env } from "@/lib/env";
import { log } from "./log";
import { db } from "./services";

let auth: Auth | undefined;

/** Better Auth, for its own routes only: sessions are read without it, and most routes never load it. */
export function authentication(): Auth {
  auth ??= createAuth(db(), { appUrl: env().APP_URL, secret: env().AUTH_SECRET, log: log() });
  return auth;
}

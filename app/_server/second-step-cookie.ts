import { SECOND_STEP_SECONDS } from "@/lib/accounts/second-step";
import { readCookie } from "@/lib/accounts/session";
import { env } from "@/lib/config/env";

/** The cookie between the password and the second step. It is worth nothing without that step. */
function cookieName(): string {
  return env().APP_URL.startsWith("https:") ? "__Host-dossier-second-step" : "dossier-second-step";
}

export function setSecondStepCookie(token: string): string {
  return `${cookieName()}=${token}; Max-Age=${SECOND_STEP_SECONDS}; ${attributes()}`;
}

export function clearSecondStepCookie(): string {
  return `${cookieName()}=; Max-Age=0; ${attributes()}`;
}

export function readSecondStepCookie(header: string | null): string | null {
  return readCookie(header, cookieName());
}

function attributes(): string {
  return `Path=/; HttpOnly; SameSite=Strict${env().APP_URL.startsWith("https:") ? "; Secure" : ""}`;
}

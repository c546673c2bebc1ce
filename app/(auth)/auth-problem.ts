import type { SummaryError } from "@/app/_ui/error-summary";
import { formatDuration } from "@/app/_ui/format";

/** An error response of a sign-in. */
export type AuthResponse = {
  status: number;
  /** From the body. Better Auth has codes of its own, our checks those of lib/errors.ts. */
  code?: string | undefined;
  /** What to do, in a body of ours. */
  detail?: string | undefined;
  /** The entry that the body names. */
  path?: string | undefined;
  /** Seconds. */
  retryAfter?: number | undefined;
};

const INVALID_EMAIL_MESSAGE = "This is not an e-mail address. It should look like ada@example.org.";

const ERRORS_BY_CODE = new Map<string, SummaryError>([
  [
    "INVALID_EMAIL_OR_PASSWORD",
    { path: "password", message: "The e-mail address or the password is wrong. Check both." },
  ],
  ["INVALID_EMAIL", { path: "email", message: INVALID_EMAIL_MESSAGE }],
  ["EMAIL_NOT_VERIFIED", { path: "email", message: "Confirm this address first: we sent a link to it." }],
]);

const OWN_CODES = new Set(["invalid", "unauthenticated"]);

/** The server accepted the password, but the browser did not store the session. */
export const COOKIES_BLOCKED: SummaryError = {
  path: "",
  message:
    "Your browser blocks cookies for this site, so you cannot stay signed in. Allow cookies in its settings, then sign in.",
};

/** Returns the message for an error response, with the `path` of the control it belongs to. */
export function authErrorOf({ status, code, detail, path = "", retryAfter }: AuthResponse): SummaryError {
  if (status === 429) {
    const wait = retryAfter ? `in ${formatDuration(retryAfter)}` : "in a few minutes";
    return { path: "", message: `Too many attempts in a short time. Try again ${wait}.` };
  }
  const known = code ? ERRORS_BY_CODE.get(code) : undefined;
  if (known) return known;
  // A code or a passkey was not accepted. The detail says what to do.
  if (OWN_CODES.has(code ?? "") && detail && (path === "" || path === "code"))
    return { path, message: detail };
  // The page was opened at another address than the settings name, or an admin has suspended the
  // person. The detail says it.
  if ((code === "cross_site" || code === "suspended") && detail) return { path: "", message: detail };
  if (status === 403) {
    return { path: "", message: "This page may be out of date. Reload it and try again." };
  }
  if (status >= 400 && status < 500) {
    return { path: "", message: "An entry is not valid. Check each entry." };
  }
  return {
    path: "",
    message: "The server cannot be reached. Your entries are kept. Wait a moment and try again.",
  };
}

/** Checks the entries before the request: missing ones, an e-mail without @, a short password. */
export function validateCredentials(
  entries: { name?: string; email: string; password: string },
  { minPassword }: { minPassword: number },
): SummaryError[] {
  const errors: SummaryError[] = [];
  const email = entries.email.trim();
  if (entries.name !== undefined && !entries.name.trim()) {
    errors.push({ path: "name", message: "Enter your name." });
  }
  if (!email) errors.push({ path: "email", message: "Enter your e-mail address." });
  else if (!/^\S+@\S+$/.test(email)) errors.push({ path: "email", message: INVALID_EMAIL_MESSAGE });
  if (!entries.password) errors.push({ path: "password", message: "Enter your password." });
  else if (entries.password.length < minPassword) {
    errors.push({ path: "password", message: `The password needs at least ${minPassword} characters.` });
  }
  return errors;
}

import type { SummaryError } from "@/app/_ui/error-summary";
import { formatDuration } from "@/app/_ui/format";

/** What Better Auth answered: its status, its `code` where the body had one, and Retry-After in seconds. */
export type AuthResponse = { status: number; code?: string | undefined; retryAfter?: number | undefined };

const INVALID_EMAIL_MESSAGE = "This is not an e-mail address. It should look like ada@example.org.";
const EMAIL_TAKEN_MESSAGE = "There is an account with this address already. Sign in instead.";

const ERRORS_BY_CODE = new Map<string, SummaryError>([
  [
    "INVALID_EMAIL_OR_PASSWORD",
    { path: "password", message: "This e-mail address and password do not belong together. Check both." },
  ],
  ["INVALID_EMAIL", { path: "email", message: INVALID_EMAIL_MESSAGE }],
  ["PASSWORD_TOO_SHORT", { path: "password", message: "The password needs at least 10 characters." }],
  ["PASSWORD_TOO_LONG", { path: "password", message: "The password can have at most 256 characters." }],
  ["INVALID_NAME", { path: "name", message: "Give a name of 1 to 100 characters, on one line." }],
  ["EMAIL_NOT_VERIFIED", { path: "email", message: "Confirm this address first: we sent a link to it." }],
  ["USER_ALREADY_EXISTS", { path: "email", message: EMAIL_TAKEN_MESSAGE }],
  ["USER_ALREADY_EXISTS_USE_ANOTHER_EMAIL", { path: "email", message: EMAIL_TAKEN_MESSAGE }],
]);

/** What to tell the person, beside the control that it concerns. */
export function authErrorOf({ status, code, retryAfter }: AuthResponse): SummaryError {
  if (status === 429) {
    const wait = retryAfter ? `in ${formatDuration(retryAfter)}` : "in a few minutes";
    return { path: "", message: `There were many tries in a short time. Please try again ${wait}.` };
  }
  const known = code ? ERRORS_BY_CODE.get(code) : undefined;
  if (known) return known;
  if (status === 403) {
    return { path: "", message: "This page may be out of date. Reload it and try again." };
  }
  if (status >= 400 && status < 500) {
    return { path: "", message: "Something in what you typed could not be used. Check each entry." };
  }
  return {
    path: "",
    message: "The server could not be reached. Nothing is lost: wait a moment and try again.",
  };
}

/** What can be said before asking the server: a missing entry, an address without an @, a short new password. */
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

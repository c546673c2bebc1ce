import { createHash } from "node:crypto";
import { z } from "zod";
import type { Throttle } from "./throttle";

const credentials = { email: z.string().max(320), password: z.string().max(1024) };

/** What of Better Auth is offered, by path below /api/auth, with the properties that each takes. Any other path is not found. */
export const AUTH_ENDPOINTS: ReadonlyMap<string, { method: "GET" | "POST"; body?: z.ZodObject }> = new Map([
  ["sign-up/email", { method: "POST", body: z.strictObject({ name: z.string().max(400), ...credentials }) }],
  [
    "sign-in/email",
    { method: "POST", body: z.strictObject({ ...credentials, rememberMe: z.boolean().optional() }) },
  ],
  ["sign-out", { method: "POST", body: z.strictObject({}) }],
  ["get-session", { method: "GET" }],
]);

const MINUTE = 60;

/**
 * How often it may be tried, per account and per address; the tenth failure is refused. Accounts are kept as hashes: the table of tries is
 * no list of who has an account here.
 */
export function throttlesForRequest(path: string, email: string, address: string | null): Throttle[] {
  const from = address ?? "unknown";
  if (path === "sign-in/email") {
    return [
      { key: `sign-in address ${from}`, limit: 9, window: 5 * MINUTE },
      { key: `sign-in account ${hashAccount(email.trim().toLowerCase())}`, limit: 9, window: 15 * MINUTE },
    ];
  }
  if (path === "sign-up/email") return [{ key: `sign-up address ${from}`, limit: 9, window: 5 * MINUTE }];
  return [];
}

function hashAccount(text: string): string {
  return createHash("sha256").update(text).digest("base64url");
}

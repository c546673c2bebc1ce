import { createHash } from "node:crypto";
import { z } from "zod";
import type { Throttle } from "./throttle";

const credentials = { email: z.string().max(320), password: z.string().max(1024) };

/** The offered endpoints of Better Auth under /api/auth, with their body. Other paths get 404. */
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
 * Returns the limits of attempts per account and per IP address. The tenth failure is refused. The
 * table has hashes of accounts, so it does not list who has an account.
 */
export function throttlesForRequest(path: string, email: string, address: string | null): Throttle[] {
  const ip = address ?? "unknown";
  if (path === "sign-in/email") {
    return [
      { key: `sign-in address ${ip}`, limit: 9, window: 5 * MINUTE },
      { key: `sign-in account ${hashAccount(email.trim().toLowerCase())}`, limit: 9, window: 15 * MINUTE },
    ];
  }
  if (path === "sign-up/email") return [{ key: `sign-up address ${ip}`, limit: 9, window: 5 * MINUTE }];
  return [];
}

function hashAccount(text: string): string {
  return createHash("sha256").update(text).digest("base64url");
}

import { createHash } from "node:crypto";
import { z } from "zod";
import type { AppContext } from "../app-context";
import { Problem } from "../errors";
import { clientNetworkOf } from "./client-network";
import { assertionSchema, codeSchema } from "./sign-in-schemas";
import { countAttempt, refundSuccess, type Throttle } from "./throttle";

const credentials = { email: z.string().max(320), password: z.string().max(1024) };

/**
 * The offered endpoints under /api/auth, with their body. Other paths get 404. `sign-up/email` is
 * ours: see sign-up.ts.
 */
export const AUTH_ENDPOINTS: ReadonlyMap<string, { method: "GET" | "POST"; body?: z.ZodObject }> = new Map([
  [
    "sign-in/email",
    { method: "POST", body: z.strictObject({ ...credentials, rememberMe: z.boolean().optional() }) },
  ],
  ["sign-in/passkey-options", { method: "POST", body: z.strictObject({}) }],
  ["sign-in/passkey", { method: "POST", body: z.strictObject({ passkey: assertionSchema }) }],
  ["sign-in/code", { method: "POST", body: codeSchema }],
  ["sign-out", { method: "POST", body: z.strictObject({}) }],
  ["get-session", { method: "GET" }],
]);

const MINUTE = 60;

/**
 * Returns the limits of attempts. Failures to sign in count for the account from one network: the
 * tenth is refused, and no other network can lock a person out. The bound of a network leaves
 * room for the people of an office. The bound of an account holds for many networks together.
 * Sign-ups count for the network, successful ones too. The keys have hashes of accounts, so the
 * table does not list who has one.
 */
export function throttlesForRequest(path: string, email: string, address: string | null): Throttle[] {
  const network = clientNetworkOf(address);
  if (path === "sign-in/email") {
    const account = `sign-in account ${hashAccount(email.trim().toLowerCase())}`;
    return [
      { key: `${account} from ${network}`, limit: 9, window: 15 * MINUTE },
      { key: account, limit: 99, window: 15 * MINUTE },
      { key: `sign-in address ${network}`, limit: 30, window: 15 * MINUTE },
    ];
  }
  if (path === "sign-in/passkey")
    return [{ key: `sign-in passkey ${network}`, limit: 30, window: 15 * MINUTE }];
  if (path === "sign-up/email")
    return [{ key: `sign-up address ${network}`, limit: 9, window: 5 * MINUTE, countsSuccesses: true }];
  return [];
}

/** Attempts of the second step. A code has six digits, so an account has a bound of its own. */
export function throttlesForCode(userId: string, address: string | null): Throttle[] {
  const account = `second step ${hashAccount(userId)}`;
  return [
    { key: `${account} from ${clientNetworkOf(address)}`, limit: 9, window: 15 * MINUTE },
    { key: account, limit: 19, window: 15 * MINUTE },
  ];
}

/** Returns the limits of requests for a new password. They count for unknown addresses too. */
export function throttlesForRecovery(email: string, address: string | null): Throttle[] {
  const network = clientNetworkOf(address);
  const account = `recovery account ${hashAccount(email)}`;
  return [
    { key: `${account} from ${network}`, limit: 4, window: 15 * MINUTE, countsSuccesses: true },
    { key: account, limit: 60, window: 15 * MINUTE, countsSuccesses: true },
    { key: `recovery address ${network}`, limit: 20, window: 15 * MINUTE, countsSuccesses: true },
  ];
}

/** Returns the limit of tokens that a network tries and that open nothing. */
function throttlesForLinks(address: string | null): Throttle[] {
  return [{ key: `link address ${clientNetworkOf(address)}`, limit: 30, window: 15 * MINUTE }];
}

/** Runs what opens a link. A token that opens none counts. Errors: rate_limited. */
export async function countingLinkAttempts<T>(
  context: Pick<AppContext, "db" | "clock">,
  address: string | null,
  open: () => Promise<T>,
): Promise<T> {
  const throttles = throttlesForLinks(address);
  await countAttempt(context, throttles);
  try {
    const result = await open();
    await refundSuccess(context, throttles);
    return result;
  } catch (error) {
    // A valid token with a wrong password or entry is no guess of a token.
    if (error instanceof Problem && error.code !== "not_found" && error.code !== "gone")
      await refundSuccess(context, throttles);
    throw error;
  }
}

function hashAccount(text: string): string {
  return createHash("sha256").update(text).digest("base64url");
}

import type { Tx } from "../db/client";
import { newId } from "../id";
import type { SignInSettings } from "./sign-in-settings";
import { readSigned, signUntil } from "./signed-token";

/** How long a person may take to touch the device. Seconds. */
export const CHALLENGE_SECONDS = 300;

export type Challenge = { id: string; subject: string };

/** Passkeys belong to the host of the site, whatever Host header a request has. */
export function relyingPartyOf({ appUrl }: Pick<SignInSettings, "appUrl">): { id: string; origin: string } {
  const { hostname, origin } = new URL(appUrl);
  return { id: hostname, origin };
}

/**
 * Creates a challenge of WebAuthn. It is signed instead of stored: a visit of the sign-in page
 * writes nothing to the database. `spendChallenge` stores its id once it has worked.
 */
export function createChallenge(
  { secret }: Pick<SignInSettings, "secret">,
  purpose: "passkey sign-in" | "new passkey",
  subject: string,
  until: Date,
): string {
  return signUntil(secret, purpose, `${newId()}.${subject}`, until);
}

/**
 * Reads a challenge as the browser sent it; null for a forged or old one, or for another purpose.
 */
export function readChallenge(
  { secret }: Pick<SignInSettings, "secret">,
  purpose: "passkey sign-in" | "new passkey",
  challenge: unknown,
  now: Date,
): Challenge | null {
  const token = typeof challenge === "string" ? Buffer.from(challenge, "base64url").toString("utf8") : "";
  const data = readSigned(secret, purpose, token, now);
  if (data === null) return null;
  const [id = "", subject = ""] = data.split(".");
  return { id, subject };
}

/** Returns the challenge in the client data of an answer; undefined, if they are no JSON. */
export function challengeIn(clientDataJson: string): unknown {
  try {
    return JSON.parse(Buffer.from(clientDataJson, "base64url").toString("utf8"))?.challenge;
  } catch {
    return undefined;
  }
}

/** Uses a challenge up: a second answer to it violates the primary key. */
export async function spendChallenge(tx: Tx, { id }: Challenge, userId: string, until: Date): Promise<void> {
  await tx.verification.create({ data: { id, identifier: "passkey", value: userId, expiresAt: until } });
}

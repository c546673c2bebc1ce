import { createHmac, timingSafeEqual } from "node:crypto";
import { deriveKey } from "../audit/trail-key";

/** What a key is for. A signature for one purpose is worth nothing for another. */
type Purpose =
  | "second step"
  | "passkey sign-in"
  | "new passkey"
  | "known device"
  | "backup code"
  | "password";

/** Returns an HMAC-SHA256 under a key for this purpose alone, base64url. */
export function macFor(secret: string, purpose: Purpose, text: string): string {
  return createHmac("sha256", deriveKey(secret, "", `dossier ${purpose}`))
    .update(text)
    .digest("base64url");
}

/** Signs data for one purpose until a time: "<data>.<time>.<HMAC>". The data can be read. */
export function signUntil(secret: string, purpose: Purpose, data: string, until: Date): string {
  const text = `${data}.${until.getTime().toString(36)}`;
  return `${text}.${macFor(secret, purpose, text)}`;
}

/** Returns the data of a signed token; null for a forged one, and from its end on. */
export function readSigned(secret: string, purpose: Purpose, token: string, now: Date): string | null {
  const end = token.lastIndexOf(".");
  const text = token.slice(0, end);
  const dot = text.lastIndexOf(".");
  if (end < 1 || dot < 1 || !isSame(macFor(secret, purpose, text), token.slice(end + 1))) return null;
  return Number.parseInt(text.slice(dot + 1), 36) > now.getTime() ? text.slice(0, dot) : null;
}

/** Compares two texts in a time that does not depend on where they differ. */
export function isSame(expected: string, given: string): boolean {
  const [one, other] = [Buffer.from(expected), Buffer.from(given)];
  return one.length === other.length && timingSafeEqual(one, other);
}

import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";
import { base32 } from "@better-auth/utils/base32";
import { createOTP } from "@better-auth/utils/otp";
import { deriveKey } from "../audit/trail-key";
import { isSame } from "./signed-token";

/** As every authenticator app expects them: RFC 6238 with SHA-1, six digits, 30 seconds. */
const PERIOD_SECONDS = 30;
const KEY_BYTES = 20;
/** A clock may be off by one period. */
const TOLERATED_STEPS = [-1, 0, 1];

const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** Creates the key that the server and an app share. */
export function createTotpKey(): Buffer {
  return randomBytes(KEY_BYTES);
}

/** Returns the number of the period that contains a time. */
export function stepAt(time: Date): number {
  return Math.floor(time.getTime() / 1000 / PERIOD_SECONDS);
}

/** Returns the period whose code this is, among those around now; null for a wrong code. */
export async function findStepOfCode(key: Uint8Array, code: string, now: Date): Promise<number | null> {
  const otp = createOTP(new Uint8Array(key), { period: PERIOD_SECONDS });
  let found: number | null = null;
  for (const difference of TOLERATED_STEPS) {
    const step = stepAt(now) + difference;
    if (isSame(await otp.hotp(step), code)) found = step;
  }
  return found;
}

/** The key as a text to type, and the URI that a QR code contains. */
export function describeTotpKey(key: Uint8Array, email: string): { key: string; uri: string } {
  const text = base32.encode(new Uint8Array(key), { padding: false });
  const query = new URLSearchParams({ secret: text, issuer: "Dossier" });
  return { key: text, uri: `otpauth://totp/Dossier:${encodeURIComponent(email)}?${query}` };
}

/** Encrypts a key for its person. The database alone does not show it. */
export function encryptTotpKey(secret: string, userId: string, key: Uint8Array): Uint8Array<ArrayBuffer> {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv("aes-256-gcm", storageKey(secret), nonce).setAAD(Buffer.from(userId));
  const body = Buffer.concat([cipher.update(key), cipher.final()]);
  return new Uint8Array(Buffer.concat([nonce, body, cipher.getAuthTag()]));
}

/** Decrypts a key. Throws for that of another person, and after a change of AUTH_SECRET. */
export function decryptTotpKey(secret: string, userId: string, encrypted: Uint8Array): Buffer {
  const end = encrypted.length - TAG_BYTES;
  const decipher = createDecipheriv("aes-256-gcm", storageKey(secret), encrypted.subarray(0, NONCE_BYTES));
  decipher.setAAD(Buffer.from(userId)).setAuthTag(encrypted.subarray(end));
  return Buffer.concat([decipher.update(encrypted.subarray(NONCE_BYTES, end)), decipher.final()]);
}

function storageKey(secret: string): Buffer {
  return deriveKey(secret, "", "dossier authenticator keys");
}

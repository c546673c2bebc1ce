import { hkdfSync } from "node:crypto";
import type { Env } from "../config/env";

/**
 * Derives the key of the audit trail. The database never contains it. AUTH_SECRET can change if
 * TRAIL_SECRET keeps its old value: both give the same key.
 */
export function trailKeyFromEnv({
  TRAIL_SECRET,
  AUTH_SECRET,
}: Pick<Env, "TRAIL_SECRET" | "AUTH_SECRET">): Buffer {
  return deriveKey(TRAIL_SECRET ?? AUTH_SECRET, "", "dossier audit trail");
}

/** Derives a key of 32 bytes for one purpose (HKDF, RFC 5869). */
export function deriveKey(secret: string | Uint8Array, salt: string | Uint8Array, purpose: string): Buffer {
  return Buffer.from(hkdfSync("sha256", secret, salt, purpose, 32));
}

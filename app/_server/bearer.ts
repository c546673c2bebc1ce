import { createHash, timingSafeEqual } from "node:crypto";
import { Problem } from "@/lib/errors";

/** Lets a scheduler in that knows the secret; takes as long for a wrong one. Errors: unavailable where none is set, unauthenticated. */
export function requireBearerToken({ headers }: Request, secret: string | undefined): void {
  if (!secret) throw new Problem("unavailable", "CRON_SECRET is not set here, so nobody can call this.");
  const given = headers.get("authorization") ?? "";
  if (!timingSafeEqual(hashToken(given), hashToken(`Bearer ${secret}`)))
    throw new Problem("unauthenticated", "This needs the bearer of CRON_SECRET.");
}

/** Of one length, whatever was given. */
function hashToken(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}

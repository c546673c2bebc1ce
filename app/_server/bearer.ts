import { createHash, timingSafeEqual } from "node:crypto";
import { Problem } from "@/lib/errors";

/**
 * Checks the secret of a scheduler in constant time. Errors: unavailable if no secret is set;
 * unauthenticated.
 */
export function requireBearerToken({ headers }: Request, secret: string | undefined): void {
  if (!secret)
    throw new Problem(
      "unavailable",
      "CRON_SECRET is not set on this server, so no scheduler can start a job.",
    );
  const authorization = headers.get("authorization") ?? "";
  if (!timingSafeEqual(hashToken(authorization), hashToken(`Bearer ${secret}`)))
    throw new Problem("unauthenticated", "Send CRON_SECRET as a bearer token.");
}

/** `timingSafeEqual` needs buffers of one length. */
function hashToken(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}

import { randomBytes } from "node:crypto";
import { type AppContext, secondsFromNow } from "../app-context";
import type { Db, Tx } from "../db/client";
import { newId } from "../id";

/** How long a session lives after its latest extension. Seconds. */
export const SESSION_SECONDS = 7 * 24 * 3600;

const MAX_SESSIONS = 20;

/** Signs a new person in. Returns the token of the session, for `signSessionCookie`. */
export async function createSession(
  tx: Tx,
  { clock }: Pick<AppContext, "clock">,
  userId: string,
  device: string,
): Promise<string> {
  const token = randomBytes(24).toString("base64url");
  const expiresAt = secondsFromNow(clock, SESSION_SECONDS);
  await tx.session.create({
    data: { id: newId(), token, userId, device, expiresAt, createdAt: clock.now() },
  });
  return token;
}

/**
 * Ends the oldest sessions of a person who has too many. The last of concurrent sign-ins sees all
 * their sessions, because each runs this after its own.
 */
export async function endOldestSessions(db: Db, userId: string): Promise<void> {
  await db.$executeRaw`
    DELETE FROM "Session" WHERE id IN (
      SELECT id FROM "Session" WHERE "userId" = ${userId}::uuid
      ORDER BY "createdAt" DESC, id DESC OFFSET ${MAX_SESSIONS})`;
}

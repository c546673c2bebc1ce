import type { AppContext } from "../app-context";
import type { Tx } from "../db/client";

/**
 * Ends all sessions of a person, and the links that let the person in without a password. Returns
 * the number of sessions.
 */
export async function endOwnAccess(tx: Tx, id: string): Promise<number> {
  await tx.oneTimeLink.deleteMany({ where: { personId: id } });
  const { count } = await tx.session.deleteMany({ where: { userId: id } });
  return count;
}

/** Gives the documents that a reviewer has claimed back to the queue. Returns their number. */
export async function releaseClaimsOf(tx: Tx, id: string): Promise<number> {
  const { count } = await tx.file.updateMany({
    where: { claimById: id },
    data: { claimById: null, claimUntil: null },
  });
  return count;
}

const BATCH_SIZE = 10_000;

/**
 * Ends all sessions but the one with this token, and the links of all people. Leaves what begins
 * meanwhile. Invitations stay: they lead into no account.
 */
export async function endAccessOfEveryone(
  { db, clock }: Pick<AppContext, "db" | "clock">,
  token: string,
): Promise<void> {
  const now = clock.now();
  await db.oneTimeLink.deleteMany({ where: { personId: { not: null }, createdAt: { lte: now } } });
  for (let ended = BATCH_SIZE; ended === BATCH_SIZE; )
    ended = await db.$executeRaw`
      DELETE FROM "Session" WHERE id IN (
        SELECT id FROM "Session" WHERE token <> ${token} AND "createdAt" <= ${now} LIMIT ${BATCH_SIZE})`;
}

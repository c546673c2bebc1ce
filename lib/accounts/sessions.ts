import { z } from "zod";
import type { AppContext } from "../app-context";
import { notFoundProblem, Problem } from "../errors";
import { isId } from "../id";
import { findPasswordHash, requireOwnPassword } from "./own-password";
import { verifyPasskey } from "./passkey-sign-in";
import type { AccountContext, OwnSession } from "./second-factors";
import { assertionSchema } from "./sign-in-schemas";

export type SessionView = {
  id: string;
  /** Whether the request has this session. */
  current: boolean;
  device: string;
  createdAt: string;
  lastSeenAt: string;
};

/** Lists the viewer's sessions, the current one first. A person has at most twenty. No token. */
export async function listSessions(
  { db, clock }: Pick<AppContext, "db" | "clock">,
  { viewer, token }: OwnSession,
): Promise<SessionView[]> {
  const rows = await db.session.findMany({
    where: { userId: viewer.id, expiresAt: { gt: clock.now() } },
    orderBy: [{ updatedAt: "desc" }, { id: "desc" }],
    select: { id: true, token: true, device: true, createdAt: true, updatedAt: true },
  });
  const views = rows.map(({ id, device, createdAt, updatedAt, token: ofRow }) => ({
    id,
    current: ofRow === token,
    device,
    createdAt: createdAt.toISOString(),
    lastSeenAt: updatedAt.toISOString(),
  }));
  return views.toSorted((one, other) => Number(other.current) - Number(one.current));
}

/** Ends one session of the viewer, the current one too. Errors: not_found. */
export async function endSession(
  { db }: Pick<AppContext, "db">,
  { viewer }: OwnSession,
  id: string,
): Promise<void> {
  if (!isId(id)) throw notFoundProblem();
  const { count } = await db.session.deleteMany({ where: { id, userId: viewer.id } });
  if (count === 0) throw notFoundProblem();
}

/** Ends all sessions of the viewer but the current one. */
export async function endOtherSessions(
  { db }: Pick<AppContext, "db">,
  { viewer, token }: OwnSession,
): Promise<void> {
  await db.session.deleteMany({ where: { userId: viewer.id, token: { not: token } } });
}

export const confirmationSchema = z.union([
  z.strictObject({ password: z.string().max(1024) }),
  z.strictObject({ passkey: assertionSchema }),
]);

/**
 * Lets the viewer prove again who they are, so that the session counts as fresh. Errors: invalid
 * (a wrong password, or a passkey of another person), rate_limited.
 */
export async function confirmSession(
  context: AccountContext,
  { viewer, token }: OwnSession,
  proof: z.infer<typeof confirmationSchema>,
  address: string | null,
): Promise<void> {
  const { db, clock } = context;
  if ("password" in proof) {
    if ((await findPasswordHash(context, viewer.id)) === null)
      throw new Problem("invalid", "You have no password. Use a passkey.");
    await requireOwnPassword(context, viewer, proof.password, address);
  } else {
    const { userId } = await verifyPasskey(context, proof.passkey);
    if (userId !== viewer.id)
      throw new Problem("invalid", "This passkey belongs to another account. Use one of yours.");
  }
  await db.session.updateMany({
    where: { token, userId: viewer.id },
    data: { confirmedAt: clock.now() },
  });
}

import { hashPassword } from "@better-auth/utils/password";
import { z } from "zod";
import { appendToTrail } from "../audit/trail";
import { lockUser } from "../db/lock-user";
import { Problem } from "../errors";
import { newId } from "../id";
import { enqueueMails } from "../mail/outbox";
import { requireGoodPassword } from "./good-password";
import { endOtherLinks } from "./one-time-links";
import { findPasswordHash, requireOwnPassword } from "./own-password";
import type { AccountContext, OwnSession } from "./second-factors";

export const passwordChangeSchema = z.strictObject({
  password: z.string().max(1024),
  newPassword: z.string().max(1024),
});

/**
 * Changes the viewer's password and ends all other sessions. A mail tells the person. Errors:
 * invalid (a wrong password), conflict (no password, or another change came first), rate_limited.
 */
export async function changePassword(
  context: AccountContext,
  { viewer, token }: OwnSession,
  { password, newPassword }: z.infer<typeof passwordChangeSchema>,
  address: string | null,
): Promise<void> {
  const { db, clock } = context;
  const known = await findPasswordHash({ db }, viewer.id);
  if (known === null) throw new Problem("conflict", "You have no password. Sign in with your passkey.");
  await requireOwnPassword(context, viewer, password, address);
  await requireGoodPassword(newPassword, viewer, "newPassword");
  const hash = await hashPassword(newPassword);
  await db.$transaction(async (tx) => {
    await lockUser(tx, viewer.id);
    // The password that was checked is still the password.
    const { count } = await tx.account.updateMany({
      where: { userId: viewer.id, providerId: "credential", password: known },
      data: { password: hash },
    });
    if (count === 0)
      throw new Problem("conflict", "Your password was changed meanwhile. Nothing else was changed.");
    await tx.session.deleteMany({ where: { userId: viewer.id, token: { not: token } } });
    await endOtherLinks(tx, viewer.id);
    await enqueueMails(tx, { clock }, [
      { template: "password-changed", recipientId: viewer.id, key: `password-changed/${newId()}` },
    ]);
    await appendToTrail(tx, context, [
      { event: "password.changed", byId: viewer.id, subjectId: viewer.id, detail: {} },
    ]);
  });
}

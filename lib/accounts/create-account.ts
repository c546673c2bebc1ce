import type { AppContext } from "../app-context";
import type { Tx } from "../db/client";
import type { Role } from "../db/generated/enums";
import { newId } from "../id";
import { singleLineText } from "../text-schemas";
import { findFreeHandle } from "./handle";

export const personNameSchema = singleLineText({ min: 1, max: 100 });

type NewAccount = {
  name: string;
  /** In small letters. */
  email: string;
  emailVerified: boolean;
  /** null: the person sets a password with a one-time link. */
  passwordHash: string | null;
  role?: Role;
  /** Written with the row itself: an interrupted seed leaves no person without the marker. */
  demo?: boolean;
};

/**
 * Creates a person with a private profile, and the password to sign in with. Throws a unique
 * violation if the address or the suggested handle is taken: run it in `retryTransaction`.
 */
export async function createAccount(
  tx: Tx,
  { clock }: Pick<AppContext, "clock">,
  { passwordHash, ...person }: NewAccount,
): Promise<{ id: string; name: string; email: string; role: Role; handle: string }> {
  const [id, now] = [newId(), clock.now()];
  const created = await tx.user.create({
    data: { id, ...person, handle: await findFreeHandle(tx, person.name), createdAt: now },
    select: { id: true, name: true, email: true, role: true, handle: true },
  });
  if (passwordHash !== null) await savePassword(tx, id, passwordHash);
  return created;
}

/** Sets the password of a person, who may have had none. */
export async function savePassword(tx: Tx, userId: string, hash: string): Promise<void> {
  const own = { userId, providerId: "credential" };
  const { count } = await tx.account.updateMany({ where: own, data: { password: hash } });
  if (count === 0)
    await tx.account.create({ data: { id: newId(), ...own, accountId: userId, password: hash } });
}

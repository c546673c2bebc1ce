import { z } from "zod";
import type { AppContext } from "../app-context";
import { appendToTrail } from "../audit/trail";
import type { Tx } from "../db/client";
import { isUniqueViolation } from "../db/conflict";
import { lockUser } from "../db/lock-user";
import { Problem } from "../errors";
import { enqueueMails } from "../mail/outbox";
import { createLink, endLinks, endOtherLinks, UNDO_SECONDS, useLink } from "./one-time-links";
import { requireOwnPassword } from "./own-password";
import { type AccountContext, type OwnSession, updateSecondFactorFlag } from "./second-factors";
import { countAttempt } from "./throttle";

/** Better Auth finds accounts by the address in small letters. */
export const addressChangeSchema = z.strictObject({
  email: z.email("must be an e-mail address").max(254).toLowerCase(),
  password: z.string().max(1024),
});

export const linkTokenSchema = z.strictObject({ token: z.string().max(200) });

type ChangeContext = AccountContext & Pick<AppContext, "mail">;

/**
 * Sends a link to the new address. Only the link changes the account. A taken address gets the same
 * mail, so the response and its time tell nothing about it. Earlier links end. Errors: invalid (a
 * wrong password, or the present address), rate_limited.
 */
export async function askForAddressChange(
  context: ChangeContext,
  { viewer }: OwnSession,
  { email, password }: z.infer<typeof addressChangeSchema>,
  address: string | null,
): Promise<void> {
  const { db, clock } = context;
  await requireOwnPassword(context, viewer, password, address);
  if (email === viewer.email)
    throw new Problem("invalid", "This is your address already.", {
      errors: [{ path: "email", message: "is your address already" }],
    });
  // Each request is a mail to an address that may belong to a stranger.
  const key = `address change ${viewer.id}`;
  await countAttempt({ db, clock }, [{ key, limit: 5, window: 900, countsSuccesses: true }]);
  await db.$transaction(async (tx) => {
    await lockUser(tx, viewer.id);
    const purpose = "address";
    await endLinks(tx, { purpose, personId: viewer.id });
    const link = await createLink(tx, context, { purpose, personId: viewer.id, email });
    await enqueueMails(tx, context, [
      { template: "address-change", recipientId: viewer.id, linkId: link.id, key: `address/${link.id}` },
    ]);
  });
}

/**
 * Makes the address of a link that of its account, and tells both addresses. The earlier one gets a
 * link that undoes it. Errors: those of a link; conflict, if another account has the address.
 */
export async function confirmAddress(context: ChangeContext, token: string): Promise<{ email: string }> {
  return withFreeAddress(context, async (tx) => {
    const { id: linkId, personId, email } = await useLink(tx, context, "address", token);
    const id = personId ?? "";
    const { email: earlier } = await tx.user.findUniqueOrThrow({ where: { id }, select: { email: true } });
    await tx.user.update({ where: { id }, data: { email, emailVerified: true } });
    // A link that was made for the earlier address opens nothing any more.
    await endOtherLinks(tx, id);
    const undo = await createLink(tx, context, { purpose: "address-undo", personId: id, email: earlier });
    await enqueueMails(tx, context, [
      { template: "address-changed", recipientId: id, linkId: undo.id, key: `address-changed/${linkId}` },
      { template: "address-is-new", recipientId: id, key: `address-is-new/${linkId}` },
    ]);
    await writeToTrail(tx, context, id, [earlier, email], { undone: false });
    return { email };
  });
}

/**
 * Brings the earlier address of an account back. A stranger may have made the change, so all
 * sessions and links of the account end, and the passkeys and apps that were added since. Errors:
 * as above.
 */
export async function undoAddressChange(context: ChangeContext, token: string): Promise<{ email: string }> {
  return withFreeAddress(context, async (tx) => {
    const { personId, email, expiresAt } = await useLink(tx, context, "address-undo", token);
    const id = personId ?? "";
    const changedAt = new Date(expiresAt.getTime() - UNDO_SECONDS * 1000);
    const { email: later } = await tx.user.findUniqueOrThrow({ where: { id }, select: { email: true } });
    await tx.user.update({ where: { id }, data: { email, emailVerified: true } });
    await tx.session.deleteMany({ where: { userId: id } });
    await tx.oneTimeLink.deleteMany({ where: { personId: id } });
    await tx.passkey.deleteMany({ where: { userId: id, createdAt: { gte: changedAt } } });
    await tx.authenticator.deleteMany({ where: { userId: id, createdAt: { gte: changedAt } } });
    await updateSecondFactorFlag(tx, id);
    await writeToTrail(tx, context, id, [later, email], { undone: true });
    return { email };
  });
}

/** Another account may have taken the address since. Then the link stays, and nothing changes. */
async function withFreeAddress<T>({ db }: ChangeContext, work: (tx: Tx) => Promise<T>): Promise<T> {
  return db.$transaction(work).catch((error: unknown) => {
    if (!isUniqueViolation(error)) throw error;
    throw new Problem("conflict", "Another account has this address. Nothing was changed.", { cause: error });
  });
}

function writeToTrail(
  tx: Tx,
  context: ChangeContext,
  id: string,
  [from, to]: readonly [string, string],
  detail: { undone: boolean },
) {
  const personal = { personId: id, text: `${from} → ${to}` };
  return appendToTrail(tx, context, [{ event: "email.changed", byId: id, subjectId: id, detail, personal }]);
}

import { verifyPassword } from "@better-auth/utils/password";
import { z } from "zod";
import { type AppContext, secondsFromNow } from "../app-context";
import type { Tx } from "../db/client";
import { Problem } from "../errors";
import { enqueueMails } from "../mail/outbox";
import { throttlesForRequest } from "./auth-endpoints";
import { createLink, endLinks, findLink, useLink } from "./one-time-links";
import { findPasswordHash } from "./own-password";
import { countAttempt, refundSuccess } from "./throttle";

export const verificationSchema = z.strictObject({ password: z.string().max(1024) });

/**
 * Sends a person the link that proves the address. For five minutes no other mail follows.
 */
export async function sendVerification(
  tx: Tx,
  context: Pick<AppContext, "clock">,
  { id: personId, email }: { id: string; email: string },
): Promise<void> {
  const purpose = "verification";
  const fresh = { gt: secondsFromNow(context.clock, -300) };
  if (await tx.oneTimeLink.count({ where: { purpose, personId, createdAt: fresh } })) return;
  const link = await createLink(tx, context, { purpose, personId, email });
  const key = `verify/${link.id}`;
  await enqueueMails(tx, context, [{ template: "verify", recipientId: personId, linkId: link.id, key }]);
}

/** Finds the address that a link verifies. Errors: those of a link. */
export async function findVerification(
  context: Pick<AppContext, "db" | "clock" | "mail">,
  token: string,
): Promise<{ email: string }> {
  const { email } = await findLink(context, "verification", token);
  return { email };
}

/**
 * Marks the address of an account as verified. The link proves the mailbox, and the password that
 * the account belongs to the same person: a stranger may have signed up with the address of another
 * person. Wrong passwords count as those to sign in. Returns the person. Errors: those of a link,
 * invalid, rate_limited.
 */
export async function verifyAddress(
  context: Pick<AppContext, "db" | "clock" | "mail">,
  token: string,
  password: string,
  address: string | null,
): Promise<{ id: string; email: string }> {
  const { personId, email } = await findLink(context, "verification", token);
  const hash = personId === null ? null : await findPasswordHash(context, personId);
  const throttles = throttlesForRequest("sign-in/email", email, address);
  await countAttempt(context, throttles);
  if (hash === null || !(await verifyPassword(hash, password)))
    throw new Problem("invalid", "This is not the password of the account. Try again.", {
      errors: [{ path: "password", message: "is not the password of the account" }],
    });
  await refundSuccess(context, throttles);
  await context.db.$transaction(async (tx) => {
    const link = await useLink(tx, context, "verification", token);
    await endLinks(tx, { purpose: "verification", personId: link.personId ?? "" });
    const { count } = await tx.user.updateMany({
      where: { id: link.personId ?? "", email: link.email },
      data: { emailVerified: true },
    });
    if (count === 0) throw new Problem("gone", "The address of this account has changed since.");
  });
  return { id: personId ?? "", email };
}

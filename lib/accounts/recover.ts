import { hashPassword } from "@better-auth/utils/password";
import { z } from "zod";
import { type AppContext, secondsFromNow } from "../app-context";
import { appendToTrail } from "../audit/trail";
import { Problem } from "../errors";
import { enqueueMails } from "../mail/outbox";
import { savePassword } from "./create-account";
import { requireGoodPassword } from "./good-password";
import { createLink, endOtherLinks, findLink, useLink } from "./one-time-links";
import { personAddressSchema } from "./person-address";
import { removeSecondFactors } from "./second-factors";

export const recoveryRequestSchema = z.strictObject({ email: personAddressSchema });
export const recoverySchema = z.strictObject({ password: z.string().max(1024) });

/** For this time after a mail no other one follows. */
const MIN_PAUSE_SECONDS = 300;

/**
 * Sends a link that sets a new password, if the address has an account. The look-up follows in the
 * background, so the caller learns nothing from the response or its time.
 */
export async function askRecovery(
  context: Pick<AppContext, "db" | "clock" | "runInBackground">,
  email: string,
): Promise<void> {
  const work = sendRecovery(context, email);
  if (context.runInBackground) context.runInBackground(work);
  else await work;
}

async function sendRecovery(context: Pick<AppContext, "db" | "clock">, email: string): Promise<void> {
  const purpose = "recovery";
  await context.db.$transaction(async (tx) => {
    const person = await tx.user.findUnique({ where: { email }, select: { id: true } });
    if (!person) return;
    const personId = person.id;
    const fresh = { gt: secondsFromNow(context.clock, -MIN_PAUSE_SECONDS) };
    if (await tx.oneTimeLink.count({ where: { purpose, personId, createdAt: fresh } })) return;
    // Earlier links stay: a stranger who asks again must not end the link of the person.
    const link = await createLink(tx, context, { purpose, personId, email });
    const key = `recover/${link.id}`;
    await enqueueMails(tx, context, [{ template: "recover", recipientId: personId, linkId: link.id, key }]);
  });
}

/** Finds whose password a link sets. Errors: those of a link. */
export async function findRecovery(context: RecoverContext, token: string): Promise<{ email: string }> {
  const { email } = await findLink(context, "recovery", token);
  return { email };
}

type RecoverContext = Pick<AppContext, "db" | "clock" | "mail" | "trailKey">;

/**
 * Sets a new password with the link of a recovery, ends all sessions, and tells the person by mail.
 * The link proves the address. A second factor stays: the person signs in as always. In an
 * unverified account a stranger may have set up other ways to sign in: they end. Returns the
 * person. Errors: those of a link, invalid.
 */
export async function recover(
  context: RecoverContext,
  token: string,
  password: string,
): Promise<{ id: string }> {
  const { personId } = await findLink(context, "recovery", token);
  const person = await context.db.user.findUnique({
    where: { id: personId ?? "" },
    select: { name: true, email: true },
  });
  if (person) await requireGoodPassword(password, person);
  const hash = await hashPassword(password);
  return context.db.$transaction(async (tx) => {
    const { id: linkId, personId, email } = await useLink(tx, context, "recovery", token);
    const id = personId ?? "";
    const owner = await tx.user.findFirst({ where: { id, email }, select: { emailVerified: true } });
    if (!owner) throw new Problem("gone", "The address of this account has changed since.");
    const changes = await tx.account.count({ where: { userId: id, password: { not: null } } });
    await savePassword(tx, id, hash);
    if (!owner.emailVerified) {
      await tx.account.deleteMany({ where: { userId: id, providerId: { not: "credential" } } });
      await removeSecondFactors(tx, id);
      await tx.user.update({ where: { id }, data: { emailVerified: true } });
    }
    await tx.session.deleteMany({ where: { userId: id } });
    await endOtherLinks(tx, id);
    const key = `password-changed/${linkId}`;
    // The first admin sets a first password.
    if (changes > 0)
      await enqueueMails(tx, context, [{ template: "password-changed", recipientId: id, key }]);
    await appendToTrail(tx, context, [{ event: "password.recovered", subjectId: id, detail: {} }]);
    return { id };
  });
}

import { hashPassword } from "@better-auth/utils/password";
import { z } from "zod";
import type { AppContext } from "../app-context";
import { appendToTrail } from "../audit/trail";
import type { Tx } from "../db/client";
import { retryTransaction } from "../db/conflict";
import type { Invitation } from "../db/generated/client";
import { Problem } from "../errors";
import { mayHoldGrants } from "../permissions/grant";
import { createAccount, personNameSchema } from "./create-account";
import { createSession } from "./create-session";
import { requireGoodPassword } from "./good-password";
import { grantsOf } from "./invitations";
import { findLink, useLink } from "./one-time-links";
import type { SignedUp } from "./sign-up";

export const joinSchema = z.strictObject({ name: personNameSchema, password: z.string().max(1024) });

type JoinContext = Pick<AppContext, "db" | "clock" | "mail" | "trailKey">;

/** Finds what an invited person sees before joining. Errors: those of a link. */
export async function findInvitation(
  context: JoinContext,
  token: string,
): Promise<{ name?: string; email: string; expiresAt: string }> {
  const { invitationId, email, expiresAt } = await findLink(context, "invitation", token);
  const invitation = await context.db.invitation.findUnique({
    where: { id: invitationId ?? "" },
    select: { name: true },
  });
  return {
    ...(invitation?.name ? { name: invitation.name } : {}),
    email,
    expiresAt: expiresAt.toISOString(),
  };
}

/**
 * Creates the account of an invited person and signs in. The link proves the address. Of two
 * requests at once, one creates the account. Errors: those of a link; invalid; conflict, if the
 * address has an account by now; gone, if the admin who gave a role is none any more.
 */
export async function join(
  context: JoinContext,
  token: string,
  { name, password }: z.infer<typeof joinSchema>,
  device = "",
): Promise<NonNullable<SignedUp>> {
  const { email } = await findLink(context, "invitation", token);
  await requireGoodPassword(password, { name, email });
  const passwordHash = await hashPassword(password);
  return retryTransaction(() =>
    context.db.$transaction(async (tx) => {
      const { invitationId } = await useLink(tx, context, "invitation", token);
      const invitation = await tx.invitation.delete({ where: { id: invitationId ?? "" } });
      await requireInviterOfRole(tx, invitation);
      if (await tx.user.findUnique({ where: { email }, select: { id: true } })) throw addressHasAccount();
      const { role, invitedById } = invitation;
      const person = { name, email, emailVerified: true, passwordHash, role };
      const user = await createAccount(tx, context, person);
      const grants = grantsOf(invitation);
      await tx.grant.createMany({
        data: grants.map((field) => ({ userId: user.id, field, createdAt: context.clock.now() })),
      });
      const session = await createSession(tx, context, user.id, device);
      const by = invitedById === null ? {} : { byId: invitedById };
      const detail = { invitation: invitation.id, role, fields: grants.join(",") };
      await appendToTrail(tx, context, [{ event: "person.joined", ...by, subjectId: user.id, detail }]);
      return { token: session, user };
    }),
  );
}

/** A role comes from an admin. An invitation does not outlast the role of the one who wrote it. */
async function requireInviterOfRole(tx: Tx, { role, invitedById }: Invitation): Promise<void> {
  if (!mayHoldGrants(role)) return;
  const rows = await tx.$queryRaw<unknown[]>`
    SELECT 1 FROM "User" WHERE id = ${invitedById}::uuid AND role = 'admin' AND "suspendedAt" IS NULL`;
  if (rows.length === 0)
    throw new Problem("gone", "The admin who invited you has left. Ask for a new invitation.");
}

function addressHasAccount(): Problem {
  return new Problem(
    "conflict",
    "This e-mail address has an account by now. Sign in, or set a new password on the sign-in page.",
  );
}

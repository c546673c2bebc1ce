import { hashPassword } from "@better-auth/utils/password";
import { z } from "zod";
import type { AppContext } from "../app-context";
import { retryTransaction } from "../db/conflict";
import type { Role } from "../db/generated/enums";
import { Problem } from "../errors";
import { enqueueMails } from "../mail/outbox";
import { createAccount, personNameSchema } from "./create-account";
import { createSession } from "./create-session";
import { requireGoodPassword } from "./good-password";
import { personAddressSchema } from "./person-address";
import { sendVerification } from "./verify-address";

export const signUpSchema = z.strictObject({
  name: personNameSchema,
  email: personAddressSchema,
  password: z.string().max(1024),
});

export type SignUp = z.infer<typeof signUpSchema>;

type SignUpContext = Pick<
  AppContext,
  "db" | "clock" | "opensSignUp" | "verifiesAddresses" | "runInBackground"
>;

/** A new person who is signed in; null: the person first confirms the address. */
export type SignedUp = {
  token: string;
  user: { id: string; name: string; email: string; role: Role; handle: string };
} | null;

/**
 * Creates the account of a person who signs up. Where addresses are verified, nothing that the
 * caller sees depends on whether the address has an account: the password is hashed in both cases,
 * and the look-up follows in the background. The owner of a known address gets a mail instead.
 * Errors: forbidden; invalid, also for a known address where addresses are not verified.
 */
export async function signUp(
  context: SignUpContext,
  { name, email, password }: SignUp,
  device = "",
): Promise<SignedUp> {
  requireOpenSignUp(context);
  await requireGoodPassword(password, { name, email });
  const person = { name, email, emailVerified: false, passwordHash: await hashPassword(password) };
  if (!context.verifiesAddresses)
    return retryTransaction(() =>
      context.db.$transaction(async (tx) => {
        if (await tx.user.findUnique({ where: { email }, select: { id: true } })) throw addressTaken();
        const user = await createAccount(tx, context, person);
        return { token: await createSession(tx, context, user.id, device), user };
      }),
    );
  const work = createUnverifiedAccount(context, person);
  if (context.runInBackground) context.runInBackground(work);
  else await work;
  return null;
}

/** Errors: forbidden, where people are invited. */
function requireOpenSignUp({ opensSignUp }: Pick<AppContext, "opensSignUp">): void {
  if (!opensSignUp)
    throw new Problem(
      "forbidden",
      "Only people who are invited can join here. Ask an admin for an invitation.",
    );
}

function addressTaken(): Problem {
  const message = "has an account already";
  return new Problem("invalid", "This e-mail address has an account already. Sign in instead.", {
    errors: [{ path: "email", message }],
  });
}

function createUnverifiedAccount(
  context: SignUpContext,
  person: Parameters<typeof createAccount>[2],
): Promise<void> {
  return retryTransaction(() =>
    context.db.$transaction(async (tx) => {
      const { email } = person;
      const known = await tx.user.findUnique({ where: { email }, select: { id: true } });
      if (known) {
        // At most one an hour, however often a stranger enters the address.
        const key = `account-exists/${known.id}/${context.clock.now().toISOString().slice(0, 13)}`;
        await enqueueMails(tx, context, [{ template: "account-exists", recipientId: known.id, key }]);
        return;
      }
      await sendVerification(tx, context, await createAccount(tx, context, person));
    }),
  );
}

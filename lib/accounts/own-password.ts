import { verifyPassword } from "@better-auth/utils/password";
import type { AppContext } from "../app-context";
import { Problem } from "../errors";
import type { Viewer } from "../permissions/viewer";
import { throttlesForRequest } from "./auth-endpoints";
import { countAttempt, refundSuccess } from "./throttle";

/**
 * Requires the viewer's password, if the account has one. Attempts count together with those to
 * sign in, so that a stolen session cannot guess. Errors: invalid, rate_limited.
 */
export async function requireOwnPassword(
  { db, clock }: Pick<AppContext, "db" | "clock">,
  viewer: Pick<Viewer, "id" | "email">,
  password: string,
  address: string | null,
): Promise<void> {
  const hash = await findPasswordHash({ db }, viewer.id);
  if (hash === null) return;
  const throttles = throttlesForRequest("sign-in/email", viewer.email, address);
  await countAttempt({ db, clock }, throttles);
  if (!(await verifyPassword(hash, password)))
    throw new Problem("invalid", "This is not your password. Try again.", {
      errors: [{ path: "password", message: "is not your password" }],
    });
  await refundSuccess({ db }, throttles);
}

/** Returns the hash of a person's password, or null if the person signs in without one. */
export async function findPasswordHash(
  { db }: Pick<AppContext, "db">,
  userId: string,
): Promise<string | null> {
  const account = await db.account.findFirst({
    where: { userId, providerId: "credential" },
    select: { password: true },
  });
  return account?.password ?? null;
}
